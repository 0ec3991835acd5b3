/* judge: expectation and observation give a verdict. */
#ifndef CERTSPEC_JUDGE_H
#define CERTSPEC_JUDGE_H

#include <jansson.h>

#include "case.h"
#include "error.h"
#include "observation.h"

enum verdict {
  VERDICT_PASS,
  VERDICT_DEVIATES,
  VERDICT_KNOWN_DEVIATION,
  VERDICT_UNEXPECTED_PASS,
  VERDICT_PINNED,
  VERDICT_CHANGED,
  VERDICT_NEW,
  VERDICT_UNSUPPORTED,
  VERDICT_CRASH,
  VERDICT_TIMEOUT,
  VERDICT_SERVER_BUG,
  VERDICT_ERROR,
  VERDICT_COUNT
};

/* verdict_name gives "known-deviation" for VERDICT_KNOWN_DEVIATION, ...;
 * verdict_exit the exit code it asks for (0, 1 or 3; 89 for unsupported). */
const char *verdict_name(enum verdict verdict);
int verdict_exit(enum verdict verdict);

struct expectation_about {
  const char *name; /* "error", "callback[N].ca_list", "server.certificates" */
  const char *about;
};

/* judge_expectations lists every name that can be expected or observed. */
const struct expectation_about *judge_expectations(size_t *out_num);

/* judge_check_plan checks that every name of |plan| is one that the judge
 * evaluates and every matcher well formed. 1, or 0 with |error|. */
int judge_check_plan(const struct certspec_plan *plan,
                     struct certspec_error *error);

/* judge_compare evaluates a documented plan: |out_got| and |out_want| (owned
 * by the caller) get an entry for each expectation that fails, by its path
 * ("steps[1].error"); both empty when all hold. |out_num| gets the number of
 * expectations evaluated: 0 is an error of the case. */
void judge_compare(const struct certspec_plan *plan,
                   const struct observation *seen, json_t **out_got,
                   json_t **out_want, size_t *out_num);

/* judge_observe collects what an observed plan names, by its path. Owned by
 * the caller. */
json_t *judge_observe(const struct certspec_plan *plan,
                      const struct observation *seen);

#endif
