#include "runner.h"

#include <errno.h>
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "case_order.h"
#include "event.h"
#include "processor.h"

#define TICK_SECONDS 0.5

/* A run's two ends take turns, so that one run alone leaves its core idle
 * whenever it wakes the other end, or waits for a timer of DTLS. */
#define RUNS_PER_CORE 2

/* A slot, and the runs that are its to perform: those of one case. */
struct job {
  struct slot slot;
  struct run *again; /* to be performed once more, or NULL */
  struct run *next;
  struct run *end;
};

struct runner {
  const struct runner_setting *setting;
  struct run_list *list;
  struct job *jobs;
  size_t num_jobs;
  struct pollfd *polls; /* the signals', then those of the slots */
  int signal_fd;
  int signal;
  struct case_order order;
  size_t next; /* place in it, over all repeats */
  size_t total;
  size_t num_done;
  json_t *server;
  struct certspec_error *error;
};

static void fill_signals(sigset_t *out) {
  sigemptyset(out);
  sigaddset(out, SIGINT);
  sigaddset(out, SIGTERM);
  sigaddset(out, SIGHUP);
}

void runner_block_signals(void) {
  sigset_t signals;

  fill_signals(&signals);
  sigprocmask(SIG_BLOCK, &signals, NULL);
  /* WARNING: a shell's background process has SIGINT ignored, and what is
   * ignored never comes to signalfd. */
  signal(SIGINT, SIG_DFL);
  signal(SIGPIPE, SIG_IGN);
}

size_t runner_default_jobs(void) {
  long cores = sysconf(_SC_NPROCESSORS_ONLN);

  return RUNS_PER_CORE * (cores > 0 ? (size_t)cores : 1);
}

static size_t count_runs(const struct run_list *list) {
  size_t num = 0;

  for (size_t i = 0; i < list->num_runs; i++) {
    num += list->runs[i].missing == NULL;
  }

  return num;
}

/* Takes the runs of the next case. 0 when there is none. */
static int take_case(struct runner *runner, struct job *job) {
  const struct case_order *order = &runner->order;

  if (runner->next == order->num * runner->setting->repeat) {
    return 0;
  }

  job->next = order->firsts[runner->next % order->num];
  job->end = case_order_end(runner->list, job->next);
  runner->next++;
  return 1;
}

static int has_runs(const struct job *job) {
  return job->again != NULL || job->next < job->end;
}

/* Takes what a job whose slot is dead has left. 0 when there is none. */
static int take_over(struct runner *runner, struct job *job) {
  for (size_t i = 0; i < runner->num_jobs; i++) {
    struct job *other = &runner->jobs[i];

    if (other->slot.state == SLOT_DEAD && has_runs(other)) {
      job->again = other->again;
      job->next = other->next;
      job->end = other->end;
      other->again = NULL;
      other->next = other->end;
      return 1;
    }
  }

  return 0;
}

/* Returns the next run that is to be performed, or NULL. */
static struct run *take_next(struct runner *runner, struct job *job) {
  while (has_runs(job) || take_over(runner, job) || take_case(runner, job)) {
    struct run *run = job->again != NULL ? job->again : job->next++;

    job->again = NULL;
    if (run->missing == NULL) {
      return run;
    }
  }

  return NULL;
}

/* One slot is closed as if it were full: the others go on. Only when the last
 * one is dead is the error the runner's. */
static int any_alive(const struct runner *runner) {
  for (size_t i = 0; i < runner->num_jobs; i++) {
    if (runner->jobs[i].slot.state != SLOT_DEAD) {
      return 1;
    }
  }

  return 0;
}

static enum runner_end end_of_dead_slot(const struct runner *runner) {
  if (!any_alive(runner)) {
    return RUNNER_FAILED;
  }

  fprintf(stderr, "certspec: one job less: %s\n", runner->error->text);
  return RUNNER_COMPLETE;
}

static int open_slots(struct runner *runner) {
  for (size_t i = 0; i < runner->num_jobs; i++) {
    /* Two ends that take turns on one processor need not wake another. */
    if (!slot_open(&runner->jobs[i].slot, &runner->setting->slot,
                   processor_of_job(i, runner->setting->jobs), runner->error)) {
      runner->num_jobs = i + 1;
      return 0;
    }
  }

  return 1;
}

static enum runner_end finish(struct runner *runner, struct job *job) {
  struct slot *slot = &job->slot;
  char *tail = slot_take_stderr(slot);
  struct finished_run finished = {.run = slot->run,
                                  .seen = &slot->seen,
                                  .ending = &slot->ending,
                                  .stderr_tail = tail != NULL ? tail : "",
                                  .seconds = event_now() - slot->started,
                                  .server_pid = slot->server.pid,
                                  .child_pid = slot->child.pid,
                                  .is_shared = slot->is_shared};
  enum runner_next next =
      runner->setting->done(runner->setting->context, &finished);

  free(tail);
  if (next == RUNNER_STOP) {
    return RUNNER_STOPPED;
  }
  if (next != RUNNER_GO_ON) {
    slot_dismiss(slot);
  }
  if (next == RUNNER_AGAIN) {
    job->again = slot->run;
  } else {
    runner->num_done++;
  }

  return slot_release(slot, runner->error) ? RUNNER_COMPLETE
                                           : end_of_dead_slot(runner);
}

static enum runner_end serve(struct runner *runner, struct job *job,
                             const struct pollfd *polled) {
  struct slot *slot = &job->slot;

  if (slot->state == SLOT_DEAD) {
    return RUNNER_COMPLETE;
  }
  if (!slot_serve(slot, polled, runner->error)) {
    return end_of_dead_slot(runner);
  }
  if (runner->server == NULL && slot->server.ready != NULL) {
    runner->server = json_incref(slot->server.ready);
  }
  if (slot->state == SLOT_FINISHED) {
    enum runner_end end = finish(runner, job);

    if (end != RUNNER_COMPLETE) {
      return end;
    }
  }
  if (slot->state == SLOT_IDLE) {
    struct run *run = take_next(runner, job);

    if (run != NULL && !slot_begin(slot, run, runner->error)) {
      return RUNNER_FAILED;
    }
  }

  return RUNNER_COMPLETE;
}

static int wait_for_something(struct runner *runner) {
  double deadline = event_now() + TICK_SECONDS;

  runner->polls[0] = (struct pollfd){.fd = runner->signal_fd, .events = POLLIN};
  for (size_t i = 0; i < runner->num_jobs; i++) {
    slot_poll(&runner->jobs[i].slot, &runner->polls[1 + SLOT_NUM_POLL * i],
              &deadline);
  }

  double left = fmax(0, ceil((deadline - event_now()) * 1000));
  if (poll(runner->polls, 1 + SLOT_NUM_POLL * runner->num_jobs, (int)left) <
      0) {
    return errno == EINTR || certspec_error_set(runner->error, NULL, 0,
                                                "poll: %s", strerror(errno));
  }
  if (runner->polls[0].revents != 0) {
    struct signalfd_siginfo info;

    if (read(runner->signal_fd, &info, sizeof(info)) == sizeof(info)) {
      runner->signal = (int)info.ssi_signo;
    }
  }

  return 1;
}

static enum runner_end perform(struct runner *runner) {
  if (!open_slots(runner)) {
    return RUNNER_FAILED;
  }

  while (runner->num_done < runner->total) {
    if (!wait_for_something(runner)) {
      return RUNNER_FAILED;
    }
    if (runner->signal != 0) {
      return RUNNER_SIGNAL;
    }
    for (size_t i = 0; i < runner->num_jobs; i++) {
      enum runner_end end = serve(runner, &runner->jobs[i],
                                  &runner->polls[1 + SLOT_NUM_POLL * i]);

      if (end != RUNNER_COMPLETE) {
        return end;
      }
    }
    runner->setting->tick(runner->setting->context);
  }

  return RUNNER_COMPLETE;
}

enum runner_end runner_perform(struct run_list *list,
                               const struct runner_setting *setting,
                               json_t **out_server, int *out_signal,
                               struct certspec_error *error) {
  sigset_t signals;
  size_t num_runs = count_runs(list) * setting->repeat;
  size_t num_jobs = num_runs < setting->jobs ? num_runs : setting->jobs;
  struct runner runner = {
      .setting = setting,
      .list = list,
      .num_jobs = num_jobs,
      .total = num_runs,
      .jobs = calloc(num_jobs + 1, sizeof(struct job)),
      .polls = calloc(1 + SLOT_NUM_POLL * num_jobs, sizeof(struct pollfd)),
      .error = error,
  };
  enum runner_end end = RUNNER_FAILED;

  fill_signals(&signals);
  runner.signal_fd = signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
  if (runner.jobs == NULL || runner.polls == NULL || runner.signal_fd < 0 ||
      !case_order_make(&runner.order, list)) {
    certspec_error_set(error, NULL, 0, "runner: %s", strerror(errno));
    runner.num_jobs = 0;
  } else {
    end = perform(&runner);
  }

  for (size_t i = 0; i < runner.num_jobs; i++) {
    slot_close(&runner.jobs[i].slot);
  }
  if (runner.signal_fd >= 0) {
    close(runner.signal_fd);
  }
  free(runner.jobs);
  free(runner.polls);
  case_order_free(&runner.order);
  *out_server = runner.server;
  *out_signal = runner.signal;
  return end;
}
