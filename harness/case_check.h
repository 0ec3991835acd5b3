/* case_check: what one statement, and one case, must be by itself. */
#ifndef CERTSPEC_CASE_CHECK_H
#define CERTSPEC_CASE_CHECK_H

#include <jansson.h>

#include "json_shape.h"

/* statement_check tells whether |statement|, which stands at |place|, has the
 * keys and kinds of vectors/README.md: 1, or 0 with the place's error. */
int statement_check(const struct json_place *place, json_t *statement);

/* case_check does the same for |root|, a case of |topic|: keys and kinds,
 * protocols, and that each protocol has something to judge or to observe. What
 * stands in client and server, and the keys that only one step has, are
 * checked by those who take them (client_check_plan, the server). */
int case_check(const struct json_place *place, json_t *root, const char *topic);

#endif
