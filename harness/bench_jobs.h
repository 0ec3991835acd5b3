/* bench_jobs: what performing runs side by side gains. */
#ifndef CERTSPEC_BENCH_JOBS_H
#define CERTSPEC_BENCH_JOBS_H

#include <jansson.h>
#include <stddef.h>

#include "bench.h"
#include "error.h"
#include "run.h"

/* bench_jobs performs all of |list| with one job, with two, and with as many as
 * `certspec run` takes, by turns, |num_rounds| times (1 to 9). 1 and |out|:
 * {"runs", "one_seconds", "two_seconds", "speed_up", "default",
 * "default_seconds", "bare_seconds"}, medians of all rounds; "default" is that
 * number of jobs, "bare_seconds" what as many handshakes of |bare_ms| take one
 * by one. Or 0 with |error|. The caller owns |out|. */
int bench_jobs(json_t **out, struct run_list *list, double bare_ms,
               const struct bench_setting *setting, size_t num_rounds,
               struct certspec_error *error);

#endif
