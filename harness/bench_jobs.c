#include "bench_jobs.h"

#include "bench_series.h"
#include "event.h"
#include "median.h"
#include "runner.h"

enum { MAX_ROUNDS = 9 };

static int perform(double *out_seconds, struct bench_series *series,
                   struct run_list *list, size_t jobs,
                   struct certspec_error *error) {
  double before = event_now();
  int ok = bench_series_perform(series, list, jobs, 1, error);

  *out_seconds = event_now() - before;
  return ok;
}

int bench_jobs(json_t **out, struct run_list *list, double bare_ms,
               const struct bench_setting *setting, size_t num_rounds,
               struct certspec_error *error) {
  enum { ONE, TWO, DEFAULT, NUM_WAYS };
  const size_t jobs[] = {1, 2, runner_default_jobs()};
  size_t num = num_rounds < MAX_ROUNDS ? num_rounds : MAX_ROUNDS;
  double seconds[NUM_WAYS][MAX_ROUNDS];
  double speed_up[MAX_ROUNDS];
  size_t num_runs = 0;

  for (size_t round = 0; round < num; round++) {
    for (size_t i = 0; i < NUM_WAYS; i++) {
      struct bench_series series = {.setting = setting};

      if (!perform(&seconds[i][round], &series, list, jobs[i], error)) {
        return 0;
      }
      num_runs = series.num_runs;
    }
    speed_up[round] = seconds[ONE][round] / seconds[TWO][round];
  }

  *out =
      json_pack("{s:I, s:f, s:f, s:f, s:I, s:f, s:f}", "runs",
                (json_int_t)num_runs, "one_seconds", median(seconds[ONE], num),
                "two_seconds", median(seconds[TWO], num), "speed_up",
                median(speed_up, num), "default", (json_int_t)jobs[DEFAULT],
                "default_seconds", median(seconds[DEFAULT], num),
                "bare_seconds", bare_ms * (double)num_runs / 1000);
  return 1;
}
