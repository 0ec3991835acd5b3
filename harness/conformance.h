/* conformance: a whole conformance run, from options to exit code. */
#ifndef CERTSPEC_CONFORMANCE_H
#define CERTSPEC_CONFORMANCE_H

#include "case.h"
#include "options.h"
#include "slot.h"

enum {
  EXIT_GREEN = 0,
  EXIT_NOT_GREEN = 1,
  EXIT_BAD_INPUT = 2,
  EXIT_OWN_FAULT = 3,
  EXIT_TOO_FEW = 4,
  EXIT_NO_RESULTS = 5,
  EXIT_UNSUPPORTED = 89,
};

/* conformance_complain prints |error| as one line and returns |code|. */
int conformance_complain(const struct certspec_error *error, int code);

/* conformance_run performs what |options| ask for, writes results.json and
 * junit.xml, prints, and returns the exit code. */
int conformance_run(const struct options *options);

#endif
