/* runner: performs cases in processes of their own, several side by side. */
#ifndef CERTSPEC_RUNNER_H
#define CERTSPEC_RUNNER_H

#include <jansson.h>

#include "error.h"
#include "run.h"
#include "slot.h"

/* All that is known of a run that is over; borrowed during the call. */
struct finished_run {
  struct run *run;
  struct observation *seen;
  const struct ending *ending;
  const char *stderr_tail;
  double seconds;
  pid_t server_pid; /* 0: it is gone */
  pid_t child_pid;  /* 0: it is gone */
  bool is_shared;   /* its process had performed another run before */
};

/* What is to follow upon a run. */
enum runner_next {
  RUNNER_GO_ON,
  RUNNER_NEW_PROCESS, /* not in the process that performed this one */
  RUNNER_AGAIN,       /* the same in a process of its own; this one is void */
  RUNNER_STOP,
};

struct runner_setting {
  struct slot_setting slot;
  size_t jobs;
  size_t repeat; /* perform everything so many times */
  void *context; /* of the functions */
  /* done is told of each run as it ends. */
  enum runner_next (*done)(void *context, const struct finished_run *finished);
  /* tick is called after each event and at least twice a second. */
  void (*tick)(void *context);
};

enum runner_end {
  RUNNER_COMPLETE,
  RUNNER_SIGNAL,  /* SIGINT, SIGTERM or SIGHUP came: |out_signal| */
  RUNNER_FAILED,  /* no server can be started, fork failed, ...: |error| */
  RUNNER_STOPPED, /* done returned RUNNER_STOP */
};

/* runner_block_signals blocks SIGINT, SIGTERM and SIGHUP, which runner_perform
 * reads, and ignores SIGPIPE. To be called before anything that such a signal
 * must not cut off. */
void runner_block_signals(void);

/* runner_default_jobs returns how many jobs are best on this machine. */
size_t runner_default_jobs(void);

/* runner_perform performs the runs of |list| that the subject can do. The
 * first server's "ready" line is copied to |out_server| (NULL when none
 * started; the caller owns it). */
enum runner_end runner_perform(struct run_list *list,
                               const struct runner_setting *setting,
                               json_t **out_server, int *out_signal,
                               struct certspec_error *error);

#endif
