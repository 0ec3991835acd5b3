/* expectation: the names that a case can expect or observe. One table makes
 * the check of a case and `certspec list --expectations`. */
#ifndef CERTSPEC_EXPECTATION_H
#define CERTSPEC_EXPECTATION_H

#include "judge.h"

enum expectation_scope {
  EXPECTATION_OF_STEP, /* names of the step itself, callbacks, the server */
  EXPECTATION_OF_END,  /* and steps[N].name */
};

/* expectation_known tells whether |path| can have a value in |scope|: a name
 * of the table, where N stands for any number and an item of a list may be
 * named ("ca_list[0]"). */
int expectation_known(const char *path, enum expectation_scope scope);

/* expectation_step returns N of "steps[N].name", or -1 for another path. */
long expectation_step(const char *path);

#endif
