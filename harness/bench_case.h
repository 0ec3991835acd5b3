/* bench_case: what a case costs, beside a bare handshake. */
#ifndef CERTSPEC_BENCH_CASE_H
#define CERTSPEC_BENCH_CASE_H

#include <jansson.h>
#include <stddef.h>

#include "bench.h"
#include "error.h"
#include "run.h"

struct bench_identities {
  const char *client; /* PKI name of what the case's callback hands over */
  const char *server;
};

/* bench_case performs |list|, the runs of one case, some |num| times, and adds
 * to |rows| for each protocol {"protocol", "runs", "client_ms", "server_ms",
 * "bare_ms", "ratio"}: processor time of a run on the side of the harness (the
 * process of the case, forking it, judging) and of the server, and of the
 * handshake of |identities| alone, both ends of it; and what the run costs for
 * each of these. They take turns, all on one processor, and each figure is the
 * median of all turns.
 * The runs of a case share a process: each protocol is as often the first in it
 * as any other. 1, or 0 with |error|. */
int bench_case(json_t *rows, const struct run_list *list,
               const struct bench_identities *identities,
               const struct bench_setting *setting, size_t num,
               struct certspec_error *error);

#endif
