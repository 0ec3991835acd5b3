/* run: one case on one protocol, and what became of it. */
#ifndef CERTSPEC_RUN_H
#define CERTSPEC_RUN_H

#include <stdbool.h>
#include <stddef.h>

#include "case.h"
#include "judge.h"
#include "options.h"
#include "pki.h"

struct run {
  struct certspec_plan plan;
  const char *missing; /* the feature that the subject lacks, or NULL */
  bool done;           /* what follows is set */
  enum verdict verdict;
  double seconds;
  char *json; /* its entry in results.json; NULL: out of memory */
};

struct run_list {
  struct run *runs; /* by case and protocol */
  size_t num_runs;
};

/* run_list_make selects what |options| ask for (cases, statements, protocols,
 * shard) and makes the plans. 1, or 0 with |error|: a GLOB that matches
 * nothing, an unknown statement or protocol, a bad case. Borrows |catalogue|.
 * Free with run_list_free. */
int run_list_make(struct run_list *out,
                  const struct certspec_catalogue *catalogue,
                  const struct options *options, struct certspec_error *error);

void run_list_free(struct run_list *list);

/* run_list_check checks all plans before the first is performed: names,
 * matchers, steps, PKI names, features. Sets |missing|. 1, or 0 with
 * |error|. */
int run_list_check(struct run_list *list, const struct pki *pki,
                   struct certspec_error *error);

#endif
