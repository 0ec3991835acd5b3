/* bench_pair: what watching a handshake on the pair costs. */
#ifndef CERTSPEC_BENCH_PAIR_H
#define CERTSPEC_BENCH_PAIR_H

#include <jansson.h>
#include <stddef.h>

#include "error.h"
#include "pki.h"

/* bench_pair performs |num| times the plain scenario of each protocol, and as
 * many of the same handshakes in a bare loop, and appends to |rows|
 * {"protocol", "runs", "pair_ms", "bare_ms", "share"}: processor time a
 * handshake, and the handshakes that the pair performs for each one of the
 * loop: medians, for the two take turns. 1, or 0 with |error|. |num|: at
 * least 1. */
int bench_pair(json_t *rows, struct pki *pki, size_t num,
               struct certspec_error *error);

#endif
