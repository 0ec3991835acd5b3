/* matcher: a wanted value against the one that was seen. */
#ifndef CERTSPEC_MATCHER_H
#define CERTSPEC_MATCHER_H

#include <jansson.h>

#include "error.h"
#include "expectation.h"
#include "observation.h"

/* matcher_check tells whether |wanted| is well formed: a plain value, or an
 * object with one key that begins with '$' (vectors/README.md). 1, or 0 with
 * |error| (a cause alone). */
int matcher_check(const json_t *wanted, enum expectation_scope scope,
                  struct certspec_error *error);

/* matcher_holds tells whether |got| (NULL: there is no such value; then
 * nothing holds) is as |wanted|. |seen| and |step| are what "$same_as" looks
 * up names in. */
int matcher_holds(const json_t *wanted, const json_t *got,
                  const struct observation *seen, long step);

#endif
