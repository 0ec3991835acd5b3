/* explain: one run, as a person reads it. */
#ifndef CERTSPEC_EXPLAIN_H
#define CERTSPEC_EXPLAIN_H

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

#include "judge.h"

/* explain_verdict prints the name of |verdict|, in its colour when |color|. */
void explain_verdict(FILE *file, enum verdict verdict, bool color);

/* explain_run prints |run|, an entry of results.json: verdict, reason, got and
 * want, the messages of both ends with the callback's calls among them, the
 * child's stderr, and the command that runs it again. */
void explain_run(FILE *file, const json_t *run, bool color);

#endif
