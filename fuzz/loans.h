/* loans: certificates and keys that the callback of a scenario gives away, and
 * that are the same for all scenarios. Making them is a quarter of what a
 * scenario costs. Whether one is freed is told by its references: the last one
 * is ours. */
#ifndef CERTSPEC_FUZZ_LOANS_H
#define CERTSPEC_FUZZ_LOANS_H

#include <stdbool.h>

#include "pair.h"

/* loans_start makes the objects: some of each identity that |pki| has. */
void loans_start(struct pki *pki);

/* loans_begin begins a scenario on |pair|, which borrows if |wanted|. */
void loans_begin(struct pair *pair, bool wanted);

/* loans_end ends it, and aborts unless everything has come back. */
void loans_end(void);

#endif
