/* The space, explored by several processes: a library that crashes takes one
 * scenario with it, not the walk. */
#include <errno.h>
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "explore_job.h"

enum {
  POLL_MILLISECONDS = 100,
  REDUCE_SECONDS = 1, /* for a simpler one of those that never return */
};

static double now(void) {
  struct timespec time;

  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static int start(struct exploration *exploration, struct job *job,
                 struct certspec_error *error) {
  job->pid = fork();
  if (job->pid < 0) {
    job->pid = 0;
    return certspec_error_set(error, NULL, 0, "no process: %s",
                              strerror(errno));
  }
  if (job->pid == 0) {
    explore_walk(exploration, job);
  }

  job->since = now();
  exploration->num_running++;
  exploration->out->num_processes++;
  return 1;
}

static void add_found(struct explore_report *report,
                      const struct explore_found *found) {
  for (size_t i = 0; i < report->num_found; i++) {
    if (strcmp(report->found[i].code, found->code) == 0) {
      return;
    }
  }
  if (report->num_found < EXPLORE_MAX_FOUND) {
    report->found[report->num_found++] = *found;
  }
}

static void collect(struct exploration *exploration, int milliseconds) {
  struct pollfd fd = {.fd = exploration->found_read, .events = POLLIN};
  struct explore_found found;

  while (poll(&fd, 1, milliseconds) > 0 &&
         read(fd.fd, &found, sizeof(found)) == sizeof(found)) {
    add_found(exploration->out, &found);
    milliseconds = 0;
  }
}

/* What is found to have ended a process, reduced where it is the first. */
static void add_death(struct exploration *exploration, const struct job *job,
                      int signal) {
  const struct explore_setting *setting = exploration->setting;
  struct explore_found found = {
      .answer = job->killed ? EXPLORE_ENDLESS : EXPLORE_DIED,
      .signal = job->killed ? 0 : signal};
  struct certspec_error error;
  struct scenario scenario;
  size_t num = 0;

  memcpy(found.code, job->desk->code, sizeof(found.code));
  memcpy(found.first, job->desk->code, sizeof(found.first));
  for (size_t i = 0; i < exploration->out->num_found; i++) {
    num += exploration->out->found[i].answer == found.answer &&
           exploration->out->found[i].signal == found.signal;
  }
  if (num < EXPLORE_SAME_KIND &&
      scenario_parse(&scenario, found.first, &error)) {
    explore_reduce_apart(&scenario, found.answer, setting->pki, setting->facts,
                         fmin(setting->time_limit, REDUCE_SECONDS));
    scenario_print(found.code, &scenario);
  }
  add_found(exploration->out, &found);
  /* Nobody was watched meanwhile. */
  for (size_t i = 0; i < exploration->num_jobs; i++) {
    exploration->jobs[i].since = now();
  }
}

/* A process that died: its scenario is found, and the walk goes on after it. */
static int bury(struct exploration *exploration, struct job *job, int status,
                struct certspec_error *error) {
  exploration->num_running--;
  job->pid = 0;
  if (job->desk->is_walk_done) {
    return 1;
  }
  if (job->desk->gives_way) {
    job->desk->gives_way = false;
    job->from = job->desk->index + 1;
    return start(exploration, job, error);
  }
  if (job->desk->error.text[0] != '\0') {
    return certspec_error_set(error, NULL, 0, "explore: %s: %s",
                              job->desk->code, job->desk->error.text);
  }

  add_death(exploration, job, WIFSIGNALED(status) ? WTERMSIG(status) : 0);
  job->killed = false;
  job->desk->num_disagreements++;
  job->desk->num_performed++;
  job->from = job->desk->index + 1;
  return start(exploration, job, error);
}

static int watch(struct exploration *exploration,
                 struct certspec_error *error) {
  for (size_t i = 0; i < exploration->num_jobs; i++) {
    struct job *job = &exploration->jobs[i];
    int status;

    if (job->pid == 0) {
      continue;
    }
    if (job->num_seen != job->desk->num_done) {
      job->num_seen = job->desk->num_done;
      job->since = now();
    }
    if (now() - job->since > exploration->setting->time_limit) {
      job->killed = kill(job->pid, SIGKILL) == 0;
    }
    if (waitpid(job->pid, &status, WNOHANG) == job->pid &&
        !bury(exploration, job, status, error)) {
      return 0;
    }
  }

  return 1;
}

static size_t count_performed(const struct exploration *exploration) {
  size_t num = 0;

  for (size_t i = 0; i < exploration->num_jobs; i++) {
    num += exploration->jobs[i].desk->num_performed;
  }
  return num;
}

static void show_progress(const struct exploration *exploration) {
  size_t limit = exploration->setting->limit;
  size_t total = exploration->num_scenarios;

  if (exploration->setting->progress != NULL) {
    fprintf(exploration->setting->progress,
            "\r%zu of %zu scenarios, %zu kinds of disagreement",
            count_performed(exploration),
            limit != 0 && limit < total ? limit : total,
            exploration->out->num_found);
    fflush(exploration->setting->progress);
  }
}

static int run_jobs(struct exploration *exploration,
                    struct certspec_error *error) {
  int ok = 1;

  for (size_t i = 0; ok && i < exploration->num_jobs; i++) {
    ok = start(exploration, &exploration->jobs[i], error);
  }
  while (ok && exploration->num_running > 0) {
    collect(exploration, POLL_MILLISECONDS);
    ok = watch(exploration, error);
    show_progress(exploration);
  }
  for (size_t i = 0; i < exploration->num_jobs; i++) {
    if (exploration->jobs[i].pid != 0) {
      kill(exploration->jobs[i].pid, SIGKILL);
      waitpid(exploration->jobs[i].pid, NULL, 0);
    }
  }
  collect(exploration, 0);
  if (exploration->setting->progress != NULL) {
    fputs("\r\033[K", exploration->setting->progress);
  }
  return ok;
}

static bool count_only(void *argument, size_t index,
                       const struct scenario *scenario,
                       const struct prediction *prediction) {
  (void)argument;
  (void)index;
  (void)scenario;
  (void)prediction;
  return true;
}

static int by_code(const void *a, const void *b) {
  const struct explore_found *one = a;
  const struct explore_found *two = b;
  size_t one_len = strlen(one->code);
  size_t two_len = strlen(two->code);

  return one_len != two_len ? (one_len > two_len) - (one_len < two_len)
                            : strcmp(one->code, two->code);
}

static int prepare(struct exploration *exploration,
                   struct certspec_error *error) {
  size_t jobs = exploration->setting->jobs;
  int ends[2];
  struct desk *desks;

  if (pipe(ends) != 0) {
    return certspec_error_set(error, NULL, 0, "no pipe: %s", strerror(errno));
  }
  exploration->found_read = ends[0];
  exploration->found_write = ends[1];

  jobs = jobs < 1 ? 1 : jobs > EXPLORE_MAX_JOBS ? EXPLORE_MAX_JOBS : jobs;
  desks = mmap(NULL, jobs * sizeof(*desks), PROT_READ | PROT_WRITE,
               MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (desks == MAP_FAILED) {
    return certspec_error_set(error, NULL, 0, "no memory: %s", strerror(errno));
  }
  for (size_t i = 0; i < jobs; i++) {
    exploration->jobs[i] = (struct job){.desk = &desks[i], .number = i};
  }

  exploration->num_jobs = jobs;
  return 1;
}

static void add_desk(struct explore_report *out, const struct desk *desk) {
  out->num_disagreements += desk->num_disagreements;
  out->num_known += desk->num_known;
  for (int i = 0; i < NUM_MODEL_WAYS; i++) {
    out->num_ways[i] += desk->num_ways[i];
  }
  for (size_t i = 0; i < desk->num_lacks; i++) {
    explore_add_lack(out->lacks, &out->num_lacks, &desk->lacks[i]);
  }
}

static void finish(struct exploration *exploration) {
  struct explore_report *out = exploration->out;

  if (exploration->num_jobs > 0) {
    for (size_t i = 0; i < exploration->num_jobs; i++) {
      add_desk(out, exploration->jobs[i].desk);
    }
    out->num_performed = count_performed(exploration);
    munmap(exploration->jobs[0].desk,
           exploration->num_jobs * sizeof(struct desk));
  }
  if (exploration->found_read >= 0) {
    close(exploration->found_read);
    close(exploration->found_write);
  }
  qsort(out->found, out->num_found, sizeof(out->found[0]), by_code);
  out->seconds = now() - exploration->began;
}

int explore_space(struct explore_report *out,
                  const struct explore_setting *setting,
                  struct certspec_error *error) {
  struct exploration exploration = {.setting = setting,
                                    .out = out,
                                    .found_read = -1,
                                    .found_write = -1,
                                    .began = now()};
  struct space_setting space = {.depth = setting->depth,
                                .facts = setting->facts,
                                .supported = setting->supported};

  *out = (struct explore_report){.num_performed = 0};
  space_walk(&out->size, &space, count_only, NULL);
  exploration.num_scenarios = out->size.num_scenarios;

  int ok = prepare(&exploration, error) && run_jobs(&exploration, error);
  finish(&exploration);
  return ok;
}
