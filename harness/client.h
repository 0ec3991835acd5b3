/* client: the subject's side of a run, in a process of its own. */
#ifndef CERTSPEC_CLIENT_H
#define CERTSPEC_CLIENT_H

#include "case.h"
#include "event.h"
#include "pki.h"

struct client_setting {
  const struct certspec_plan *plan;
  struct pki *pki;
  int control_fd;        /* of the server: connections are handed over there */
  long first_connection; /* id of the first connection; then counted up */
  /* Seconds that a connection may last: the server is told so, the client's own
   * end gives up a fifth earlier. */
  double deadline;
  const char *seed; /* of the scenario */
  const struct event_sink *sink;
};

/* client_perform builds what the plan asks for, takes its steps and writes
 * what it saw into the sink; frees everything before it returns. 1 when the
 * plan was performed to its end (whatever was seen), 0 after an "error" or
 * "unsupported" event. */
int client_perform(const struct client_setting *setting);

/* client_stock makes, before the fork, what a child on |protocol| would begin
 * with: fresh SSL_CTX. */
void client_stock(const struct protocol *protocol);

/* client_names adds to the object |names| what |plan| names of |pki|, each with
 * the value true. */
void client_names(const struct certspec_plan *plan, const struct pki *pki,
                  json_t *names);

/* client_check_plan checks |plan| without performing it: every key of client
 * and steps, every PKI name. 1, or 0 with |error|. */
int client_check_plan(const struct certspec_plan *plan, const struct pki *pki,
                      struct certspec_error *error);

struct step_about {
  const char *name;
  const char *keys; /* its own keys, separated by blanks */
  const char *about;
};

/* client_steps lists the steps that can be taken. */
const struct step_about *client_steps(size_t *out_num);

#endif
