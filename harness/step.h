/* step: what a client does, one function a step. */
#ifndef CERTSPEC_STEP_H
#define CERTSPEC_STEP_H

#include "client_run.h"

/* One step as it is taken. */
struct step_call {
  struct client_run *run;
  const json_t *step;        /* its JSON */
  struct client_ssl *object; /* NULL where the step needs none */
  json_t *values;            /* "return" and "data" go in here */
};

enum step_kind {
  STEP_IO,     /* an I/O function: SSL_get_error is asked about it */
  STEP_SSL,    /* another function on an SSL object */
  STEP_LOOK,   /* only looks: the SSL object may have been freed */
  STEP_OBJECT, /* needs no SSL object, or makes it */
};

struct step_row {
  struct step_about about;
  const char *required; /* those of its keys that must be there */
  const char *api;      /* the API function, for the log */
  enum step_kind kind;
  /* 1, or 0 after an error event. */
  int (*take)(struct step_call *call);
};

/* step_take takes the step |step|, |index| in the plan, and writes its event.
 * 1, or 0 after an event that ends the run. */
int step_take(struct client_run *run, const json_t *step, size_t index);

/* step_take_nested takes |step| inside a callback of |object|: the error
 * queue and the per-step counts are left to the step outside. |out_values|
 * gets {"do", "return", "error"} (owned by the caller). 1, or 0 as above. */
int step_take_nested(struct client_run *run, const json_t *step,
                     struct client_ssl *object, json_t **out_values);

/* step_check checks name, keys and values of |step|; |nested|: whether it
 * stands in a callback. 1, or 0 with |error| beginning with |place|. */
int step_check(const json_t *step, int nested, const struct pki *pki,
               const char *place, struct certspec_error *error);

/* step_returned sets "return" (for I/O also what SSL_get_error is asked
 * with). */
void step_returned(struct step_call *call, int value);

/* The value of a key of the step, or its default; step_flag: whether it is
 * true; step_on_ctx: whether "on" says the SSL_CTX. */
const char *step_text(const struct step_call *call, const char *key,
                      const char *fallback);
json_int_t step_number(const struct step_call *call, const char *key,
                       json_int_t fallback);
int step_flag(const struct step_call *call, const char *key);
int step_on_ctx(const struct step_call *call);

/* step_context returns the SSL_CTX that "ctx" names, or NULL after an event. */
struct client_context *step_context(struct step_call *call);

/* The table of each theme; |out_num| gets the number of rows. */
const struct step_row *step_connection_table(size_t *out_num);
const struct step_row *step_bio_table(size_t *out_num);
const struct step_row *step_credential_table(size_t *out_num);
const struct step_row *step_context_table(size_t *out_num);
const struct step_row *step_io_table(size_t *out_num);
const struct step_row *step_watch_table(size_t *out_num);
const struct step_row *step_early_data_table(size_t *out_num);

#endif
