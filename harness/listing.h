/* listing: what there is, printed: cases, statements, steps, expectations,
 * features; one case with its last result. */
#ifndef CERTSPEC_LISTING_H
#define CERTSPEC_LISTING_H

#include "options.h"

/* listing_list does `certspec list`. Returns the exit code. */
int listing_list(const struct options *options);

#endif
