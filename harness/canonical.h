/* canonical: JSON as vectors/README.md wants it to stand in its files. */
#ifndef CERTSPEC_CANONICAL_H
#define CERTSPEC_CANONICAL_H

#include <jansson.h>
#include <stdio.h>

/* canonical_print writes |value| to |file| in canonical form: two spaces of
 * indent, a value on one line where it fits into 120 columns; keys stay in
 * their order. It begins where the cursor stands, as part of something that is
 * indented by |indent| columns, and ends without a newline. 1, or 0 when there
 * is no memory. */
int canonical_print(FILE *file, const json_t *value, size_t indent);

#endif
