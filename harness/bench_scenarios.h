/* bench_scenarios: whether the cost of a scenario grows with their number. */
#ifndef CERTSPEC_BENCH_SCENARIOS_H
#define CERTSPEC_BENCH_SCENARIOS_H

#include <jansson.h>
#include <stddef.h>

#include "error.h"
#include "pki.h"

/* bench_scenarios performs |num| scenarios, rounded up to whole laps of the
 * same ones (the space of |depth|, space.h), on one pair in one process of its
 * own, and holds each against the model. 1 and |out|, which the caller owns, or
 * 0 with |error|: {"scenarios", "disagree", "ms": [early, late], "bare_ms":
 * [early, late], "kib": [early, late], "cost_growth", "memory_growth"}:
 * processor time of a scenario and of bare handshakes (pair.h) in between, and
 * memory that is the process's own, near the beginning and at the end. The cost
 * is that of a scenario for each bare handshake. */
int bench_scenarios(json_t **out, struct pki *pki, unsigned depth, size_t num,
                    struct certspec_error *error);

#endif
