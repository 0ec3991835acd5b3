/* launcher: the small process that children are forked from.
 *
 * A fork copies the page tables of its parent: with a whole catalogue in memory
 * that takes as long as a handshake. So the launcher is forked before anything
 * is read; it knows the subject and the test certificates, and nothing else. */
#ifndef CERTSPEC_LAUNCHER_H
#define CERTSPEC_LAUNCHER_H

#include <jansson.h>
#include <stdbool.h>
#include <sys/types.h>

#include "child.h"
#include "error.h"
#include "pki.h"

struct launcher {
  pid_t child; /* 0: none; waits for the one that serves, if that is not it */
  pid_t pid;   /* the one that serves */
  bool is_warming; /* and has yet to say so */
  int fd;          /* where it takes requests, one at a time */
};

/* launcher_start forks the launcher, which dies with its parent. 1, or 0 with
 * |error|. Stop it with launcher_stop. */
int launcher_start(struct launcher *out, struct pki *pki,
                   struct certspec_error *error);

void launcher_stop(struct launcher *launcher);

/* launcher_warm_up has the launcher do what warm_up does of |wants|. It does
 * not wait for that: what is asked next does. 1, or 0 with |error|, as with all
 * functions here: then the launcher is gone. */
int launcher_warm_up(struct launcher *launcher, const json_t *wants,
                     struct certspec_error *error);

/* launcher_fork starts a child (child_fork); its id goes to |out_pid|. The
 * setting's pki is left out of account: the launcher has its own. */
int launcher_fork(struct launcher *launcher,
                  const struct child_setting *setting, pid_t *out_pid,
                  struct certspec_error *error);

/* launcher_reap waits for the end of a child, and returns its status (waitpid).
 * Until then the id is the child's. */
int launcher_reap(struct launcher *launcher, pid_t pid, int *out_status,
                  struct certspec_error *error);

/* launcher_used returns the processor time, in seconds, of the launcher and of
 * all children that were reaped; NAN when it is gone. */
double launcher_used(struct launcher *launcher);

#endif
