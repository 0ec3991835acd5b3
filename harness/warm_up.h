/* warm_up: what every child would do again, the parent does once. */
#ifndef CERTSPEC_WARM_UP_H
#define CERTSPEC_WARM_UP_H

#include "pki.h"
#include "run.h"

/* warm_up shakes hands in memory on each protocol of |list|, so that a child
 * that is forked afterwards finds the library's algorithms and the PKI's keys
 * loaded; and makes the objects that the children begin with. A trial in a
 * process of its own comes first: a subject that crashes, loops or fails there
 * is not warmed up, and is left to the children. */
void warm_up(const struct run_list *list, struct pki *pki);

#endif
