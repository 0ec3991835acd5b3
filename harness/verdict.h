/* verdict: what a run comes to, from how it ended, what was seen and what is
 * known. */
#ifndef CERTSPEC_VERDICT_H
#define CERTSPEC_VERDICT_H

#include <jansson.h>
#include <stdbool.h>

#include "judge.h"
#include "observation.h"
#include "record.h"

struct ending {
  int status;               /* of the child, as waitpid gives it */
  bool killed;              /* it is we who killed it */
  bool timed_out;           /* for its time limit, or for a loop */
  unsigned loop_period;     /* instructions that lead back to where it was */
  double time_limit;        /* seconds */
  const char *fault;        /* of the harness or the child's pipe, or NULL */
  const char *server_fault; /* the server died, hung or wrote rubbish; NULL */
};

struct judgement {
  enum verdict verdict;
  char reason[1024]; /* one line; "" where the verdict says it all */
  json_t *got;       /* objects by path; NULL where nothing was compared */
  json_t *want;
};

/* verdict_decide fills |out|. A crash comes before a fault of the server, and
 * that before everything that may follow from it. Free with judgement_free. */
void verdict_decide(struct judgement *out, const struct certspec_plan *plan,
                    const struct observation *seen, const struct ending *ending,
                    const struct records *records);

void judgement_free(struct judgement *judgement);

#endif
