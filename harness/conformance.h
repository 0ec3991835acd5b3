/* conformance: a whole conformance run, from options to exit code. */
#ifndef CERTSPEC_CONFORMANCE_H
#define CERTSPEC_CONFORMANCE_H

#include "options.h"

/* conformance_run performs what |options| ask for, writes results.json and
 * junit.xml, prints, and returns the exit code. */
int conformance_run(const struct options *options);

#endif
