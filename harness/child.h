/* child: the process that performs one plan. */
#ifndef CERTSPEC_CHILD_H
#define CERTSPEC_CHILD_H

#include <stddef.h>
#include <sys/types.h>

#include "case.h"
#include "pki.h"

/* The child cannot write files that are longer, in bytes. */
#define CHILD_FILE_MAX (64L << 20)

struct child_setting {
  const char *task; /* of child_task */
  size_t task_len;
  struct pki *pki;
  int control_fd;
  int event_fd; /* of a file that is appended to */
  int stderr_fd;
  long first_connection;
  double deadline; /* seconds that a connection may last */
};

/* child_task returns what a child has to know of |plan|, as JSON text: all but
 * what it is judged by. NULL when memory ran out. The caller frees it. */
char *child_task(const struct certspec_plan *plan);

/* child_fork starts the process: it keeps nothing of the parent open but what
 * |setting| names, dies with the parent, and exits 0 when client_perform came
 * back. Its id, or -1 with errno. */
pid_t child_fork(const struct child_setting *setting);

#endif
