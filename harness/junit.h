/* junit: junit.xml, for build servers: a testsuite for each topic, a testcase
 * for each run. */
#ifndef CERTSPEC_JUNIT_H
#define CERTSPEC_JUNIT_H

#include "result.h"

/* junit_write replaces junit.xml in the folder of |results|. Known deviations
 * are failures where |strict| is set, else they are passed. 1, or 0 with
 * |error|. */
int junit_write(const struct results *results, bool strict,
                struct certspec_error *error);

#endif
