/* show: one case in words, with its last result. */
#ifndef CERTSPEC_SHOW_H
#define CERTSPEC_SHOW_H

#include "options.h"

/* show_cases does `certspec show`. Returns the exit code. */
int show_cases(const struct options *options);

#endif
