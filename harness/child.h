/* child: the process that performs plans, one after the other. */
#ifndef CERTSPEC_CHILD_H
#define CERTSPEC_CHILD_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "case.h"
#include "pki.h"

/* The child cannot write files that are longer, in bytes. */
#define CHILD_FILE_MAX (64L << 20)

struct child_setting {
  struct pki *pki;
  int control_fd;
  int event_fd; /* of a file that is appended to */
  int stderr_fd;
  int task_fd; /* where tasks come from: an AF_UNIX stream socket */
};

struct child_task {
  long first_connection;
  double deadline; /* seconds that a connection may last */
  bool is_last;    /* the child exits when it is done, and says nothing */
};

/* child_describe returns what a child has to know of |plan|, as JSON text: all
 * but what it is judged by. NULL when memory ran out. The caller frees it. */
char *child_describe(const struct certspec_plan *plan);

/* child_fork starts the process: it keeps nothing of the parent open but what
 * |setting| names, dies with the parent, performs each task that comes, and
 * exits 0 after the last one, or at the end of file of its tasks. Its id, or -1
 * with errno. */
pid_t child_fork(const struct child_setting *setting);

/* child_send gives |task|, with the |text| of child_describe, to the child at
 * the other end of |fd|. 1, or 0 with errno: the child is gone. */
int child_send(int fd, const struct child_task *task, const char *text);

enum child_word { CHILD_SILENT, CHILD_DONE, CHILD_GONE };

/* child_hear returns what the child at the other end of |fd| says: CHILD_DONE,
 * once, when client_perform came back. Does not wait. */
enum child_word child_hear(int fd);

#endif
