/* bench_command: the subcommand that measures. */
#ifndef CERTSPEC_BENCH_COMMAND_H
#define CERTSPEC_BENCH_COMMAND_H

#include "options.h"

/* bench_perform does `certspec bench`: prints what bench_measure finds, as a
 * table or as JSON. Returns the exit code: a missed target is no error. */
int bench_perform(const struct options *options);

#endif
