/* result: results.json, the contract with reports/
 * (reports/schema/results.schema.json). */
#ifndef CERTSPEC_RESULT_H
#define CERTSPEC_RESULT_H

#include <jansson.h>
#include <stdbool.h>

#include "case.h"
#include "error.h"
#include "run.h"
#include "runner.h"
#include "verdict.h"

struct results {
  const struct certspec_catalogue *catalogue;
  const struct run_list *list;
  json_t *subject;      /* subject_describe; owned */
  json_t *server;       /* a server's "ready" line, or NULL; owned */
  char date[32];        /* when the run began, UTC */
  double started;       /* event_now */
  const char *folder;   /* where results go; borrowed */
  double written;       /* event_now of the last result_write; 0: never */
  double write_seconds; /* what that cost */
};

struct result_counts {
  size_t cases;     /* with a run that is done */
  size_t runs;      /* done */
  size_t performed; /* done, and not unsupported */
  size_t verdicts[VERDICT_COUNT];
};

/* result_start takes down when the run began, and what it is of (borrowed).
 * Free with result_free. */
void result_start(struct results *out,
                  const struct certspec_catalogue *catalogue,
                  const struct run_list *list, const char *folder);

void result_free(struct results *results);

/* result_set_run sets what became of |run|. |finished| is NULL for a run that
 * was not performed. */
void result_set_run(struct run *run, const struct judgement *judgement,
                    const struct finished_run *finished);

/* result_count counts the runs that are done, by verdict. */
struct result_counts result_count(const struct run_list *list);

/* result_is_green tells whether |verdict| asks for no attention. */
bool result_is_green(enum verdict verdict);

/* result_reproduce writes the command that runs |plan| again. */
void result_reproduce(const struct certspec_plan *plan, char *out,
                      size_t out_size);

/* result_print writes the whole document. */
void result_print(const struct results *results, bool complete, FILE *file);

/* result_write replaces results.json. 1, or 0 with |error|. */
int result_write(struct results *results, bool complete,
                 struct certspec_error *error);

/* result_write_now_and_then does that at most once a second, and never more
 * than a twentieth of the time. */
int result_write_now_and_then(struct results *results,
                              struct certspec_error *error);

#endif
