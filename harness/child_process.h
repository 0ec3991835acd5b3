/* child_process: a child as its parent sees it. The launcher forks and reaps
 * it. */
#ifndef CERTSPEC_CHILD_PROCESS_H
#define CERTSPEC_CHILD_PROCESS_H

#include <sys/types.h>

#include "child.h"
#include "error.h"
#include "launcher.h"

struct child_process {
  pid_t pid;   /* 0: there is none, or it was reaped */
  int pid_fd;  /* readable when it is gone; -1 */
  int task_fd; /* for child_send and child_hear; -1: it gets no more tasks */
};

#define CHILD_PROCESS_NONE \
  ((struct child_process){.pid = 0, .pid_fd = -1, .task_fd = -1})

/* child_process_fork starts a child with the descriptors of |setting| but for
 * task_fd, which it makes. 1, or 0 with |error|. */
int child_process_fork(struct child_process *out, struct launcher *launcher,
                       const struct child_setting *setting,
                       struct certspec_error *error);

/* child_process_dismiss lets |child| perform nothing more: when it is done it
 * leaves by itself, and has to be reaped. */
void child_process_dismiss(struct child_process *child);

/* child_process_reap waits for the end of |child|, and makes it none.
 * |out_status| is as of waitpid. 1, or 0 with |error|. */
int child_process_reap(struct child_process *child, struct launcher *launcher,
                       int *out_status, struct certspec_error *error);

/* child_process_kill kills and reaps |child|, if there is one. */
void child_process_kill(struct child_process *child, struct launcher *launcher);

#endif
