/* new_case: a case to begin with. */
#ifndef CERTSPEC_NEW_CASE_H
#define CERTSPEC_NEW_CASE_H

#include <jansson.h>

#include "case.h"
#include "error.h"
#include "options.h"

/* new_case_make returns the case that `new-case` prints: valid, and it passes
 * (documented) or has something to pin (observed). NULL with |error|: no
 * TOPIC and NAME, one that is malformed, an id that is taken, an unknown
 * statement or protocol, a documented case without a statement. The caller
 * owns it. */
json_t *new_case_make(const struct certspec_catalogue *catalogue,
                      const struct options *options,
                      struct certspec_error *error);

/* new_case_print does `certspec new-case`: prints the case as it goes into its
 * topic's file, or the file when there is none. Returns the exit code. */
int new_case_print(const struct options *options);

#endif
