/* warm_up: what every child would do again is done once. */
#ifndef CERTSPEC_WARM_UP_H
#define CERTSPEC_WARM_UP_H

#include <jansson.h>

#include "pki.h"
#include "run.h"

/* warm_up_wants returns what the runs of |list| that the subject can do have in
 * common: {"protocols": {NAME: true}, "names": {NAME: NUMBER}}, the names of
 * |pki| with the number of runs that name them. The caller owns it. */
json_t *warm_up_wants(const struct run_list *list, const struct pki *pki);

/* warm_up shakes hands in memory on each protocol of |wants|, so that a child
 * that is forked afterwards finds the library's algorithms and the PKI's keys
 * loaded; and makes the objects that the children begin with. That is done in a
 * copy of this process, in which warm_up then returns, while this one waits for
 * the copy's end and ends, too. Where the subject crashes, loops or fails in
 * the copy, warm_up returns in this process: it is cold, and all is left to the
 * children. */
void warm_up(const json_t *wants, struct pki *pki);

#endif
