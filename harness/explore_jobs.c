/* The space, explored by several processes: a library that crashes takes one
 * scenario with it, not the walk. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "explore.h"
#include "pair.h"

enum { MAX_JOBS = 64, POLL_MILLISECONDS = 100, EXIT_FAULT = 3 };

/* Written by the child, read by the parent. */
struct desk {
  size_t index; /* of the scenario under way */
  size_t num_performed;
  size_t num_disagreements;
  char code[SCENARIO_MAX_CODE];
  struct certspec_error error;
};

struct job {
  struct desk *desk;
  pid_t pid; /* 0: it has ended */
  size_t number;
  size_t from; /* scenarios before are done */
  size_t num_seen;
  double since;
};

struct exploration {
  const struct explore_setting *setting;
  struct explore_report *out;
  size_t num_scenarios; /* of the space */
  struct job jobs[MAX_JOBS];
  size_t num_jobs;
  size_t num_running;
  int found_read;
  int found_write;
  double began;
};

/* What a child carries through its walk. */
struct errand {
  const struct exploration *exploration;
  const struct job *job;
  struct pair *pair;
  uint64_t random;
  size_t num_chosen;
  size_t num_reduced;
};

static double now(void) {
  struct timespec time;

  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static uint64_t next_random(uint64_t *state) { /* splitmix64 */
  uint64_t value = *state += 0x9e3779b97f4a7c15U;

  value = (value ^ value >> 30) * 0xbf58476d1ce4e5b9U;
  value = (value ^ value >> 27) * 0x94d049bb133111ebU;
  return value ^ value >> 31;
}

/* Whether the scenario at |index| is among those that the limit leaves: just
 * so many of all, the same for each job. */
static bool is_chosen(struct errand *errand, size_t index) {
  size_t limit = errand->exploration->setting->limit;
  size_t left = errand->exploration->num_scenarios - index;

  if (limit == 0) {
    return true;
  }
  if (next_random(&errand->random) % left >= limit - errand->num_chosen) {
    return false;
  }

  errand->num_chosen++;
  return true;
}

static void report(struct errand *errand, const struct scenario *scenario,
                   struct outcome_difference *difference) {
  const struct exploration *exploration = errand->exploration;
  struct explore_found found = {.signal = 0};
  struct scenario simple = *scenario;

  errand->job->desk->num_disagreements++;
  if (errand->num_reduced++ >= EXPLORE_MAX_FOUND) {
    return;
  }

  scenario_print(found.first, scenario);
  explore_reduce(&simple, difference, errand->pair,
                 exploration->setting->facts);
  scenario_print(found.code, &simple);
  found.difference = *difference;
  /* Less than PIPE_BUF: it comes in one piece. */
  if (write(exploration->found_write, &found, sizeof(found)) != sizeof(found)) {
    _exit(EXIT_FAULT);
  }
}

static bool perform(void *argument, size_t index,
                    const struct scenario *scenario,
                    const struct prediction *prediction) {
  struct errand *errand = argument;
  const struct job *job = errand->job;
  struct desk *desk = job->desk;
  struct outcome_difference difference;

  if (!is_chosen(errand, index) ||
      index % errand->exploration->num_jobs != job->number ||
      index < job->from) {
    return true;
  }

  desk->index = index;
  scenario_print(desk->code, scenario);
  int agrees = explore_one(&difference, errand->pair, scenario, prediction,
                           &desk->error);
  if (agrees < 0) {
    _exit(EXIT_FAULT);
  }
  if (!agrees) {
    report(errand, scenario, &difference);
  }
  desk->num_performed++;
  return true;
}

static _Noreturn void run_child(const struct exploration *exploration,
                                const struct job *job) {
  struct errand errand = {.exploration = exploration,
                          .job = job,
                          .random = exploration->setting->seed};
  struct space_setting space = {.depth = exploration->setting->depth,
                                .facts = exploration->setting->facts,
                                .supported = exploration->setting->supported};
  struct space_size size;

  prctl(PR_SET_PDEATHSIG, SIGKILL);
  errand.pair = pair_open(exploration->setting->pki, &job->desk->error);
  if (errand.pair == NULL) {
    _exit(EXIT_FAULT);
  }

  space_walk(&size, &space, perform, &errand);
  pair_close(errand.pair);
  _exit(EXIT_SUCCESS);
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
    run_child(exploration, job);
  }

  job->since = now();
  exploration->num_running++;
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

/* A process that died: its scenario is found, and the walk goes on after it. */
static int bury(struct exploration *exploration, struct job *job, int status,
                struct certspec_error *error) {
  exploration->num_running--;
  job->pid = 0;
  if (WIFEXITED(status) && WEXITSTATUS(status) == EXIT_SUCCESS) {
    return 1;
  }
  if (!WIFSIGNALED(status)) {
    return certspec_error_set(error, NULL, 0, "explore: %s: %s",
                              job->desk->code, job->desk->error.text);
  }

  struct explore_found found = {.signal = WTERMSIG(status),
                                .difference = {.name = "end"}};
  memcpy(found.code, job->desk->code, sizeof(found.code));
  memcpy(found.first, job->desk->code, sizeof(found.first));
  add_found(exploration->out, &found);
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
    if (job->num_seen != job->desk->num_performed) {
      job->num_seen = job->desk->num_performed;
      job->since = now();
    }
    if (now() - job->since > exploration->setting->time_limit) {
      kill(job->pid, SIGKILL);
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

  jobs = jobs < 1 ? 1 : jobs > MAX_JOBS ? MAX_JOBS : jobs;
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

static void finish(struct exploration *exploration) {
  struct explore_report *out = exploration->out;

  if (exploration->num_jobs > 0) {
    for (size_t i = 0; i < exploration->num_jobs; i++) {
      out->num_disagreements += exploration->jobs[i].desk->num_disagreements;
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
