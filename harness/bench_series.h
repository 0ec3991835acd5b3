/* bench_series: runs performed and judged as `certspec run` does, for whoever
 * measures what that costs. */
#ifndef CERTSPEC_BENCH_SERIES_H
#define CERTSPEC_BENCH_SERIES_H

#include <stddef.h>

#include "bench.h"
#include "error.h"
#include "run.h"
#include "runner.h"

struct bench_series {
  const struct bench_setting *setting;
  void *context; /* of the function */
  /* after is told of each run when it has been judged; NULL: nobody is. */
  enum runner_next (*after)(void *context, const struct finished_run *finished);
  size_t num_runs; /* performed so far */
  size_t num_unjudged;
};

/* bench_series_perform performs |list| |repeat| times with |jobs| side by side.
 * Starting the servers is before the first run. 1, or 0 with |error|: also when
 * a run could not be judged, or ^C came. */
int bench_series_perform(struct bench_series *series, struct run_list *list,
                         size_t jobs, size_t repeat,
                         struct certspec_error *error);

#endif
