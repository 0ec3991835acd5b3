/* bench: what a case costs. Every figure that counts is a ratio of two things
 * measured in the same run, so that machines can be compared. */
#ifndef CERTSPEC_BENCH_H
#define CERTSPEC_BENCH_H

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

#include "case.h"
#include "error.h"
#include "record.h"
#include "slot.h"

struct bench_setting {
  const struct certspec_catalogue *catalogue;
  const struct records *records;
  struct slot_setting slot;
  struct pki *pki;
  bool quick;       /* a tenth of the runs: rough figures */
  size_t scenarios; /* so many of them, and nothing else; 0: everything */
};

/* bench_measure measures, which takes minutes. 1 and |out|, or 0 with |error|.
 * The caller owns |out|:
 * {"case", "quick", "cpu": [{"protocol", "runs", "client_ms", "server_ms",
 * "bare_ms", "ratio"}], "pair": (bench_pair.h), "jobs": (bench_jobs.h),
 * "memory": {"runs", "harness_kib", "server_kib",
 * "harness_growth", "server_growth"}, "scenarios": (bench_scenarios.h, not on a
 * fork), "targets": [{"name", "value",
 * "at_least" or "at_most", "met"}]}. Times are of the processor, in
 * milliseconds a run; seconds are of the wall clock; kib are [early, late]. */
int bench_measure(json_t **out, const struct bench_setting *setting,
                  struct certspec_error *error);

/* bench_print writes what bench_measure found as a table. */
void bench_print(const json_t *found, FILE *file);

#endif
