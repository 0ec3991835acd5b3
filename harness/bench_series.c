#include "bench_series.h"

#include "result.h"
#include "verdict.h"

static enum runner_next judge_run(void *context,
                                  const struct finished_run *finished) {
  struct bench_series *series = context;
  struct judgement judgement;

  verdict_decide(&judgement, &finished->run->plan, finished->seen,
                 finished->ending, series->setting->records);
  result_set_run(finished->run, &judgement, finished);
  series->num_unjudged += verdict_exit(judgement.verdict) == 3;
  judgement_free(&judgement);

  series->num_runs++;
  return series->after != NULL ? series->after(series->context, finished)
                               : RUNNER_GO_ON;
}

static void do_nothing(void *context) {
  (void)context;
}

int bench_series_perform(struct bench_series *series, struct run_list *list,
                         size_t jobs, size_t repeat,
                         struct certspec_error *error) {
  struct runner_setting setting = {
      .slot = series->setting->slot,
      .jobs = jobs,
      .repeat = repeat,
      .context = series,
      .done = judge_run,
      .tick = do_nothing,
  };
  json_t *server = NULL;
  int signal = 0;

  enum runner_end end = runner_perform(list, &setting, &server, &signal, error);

  json_decref(server);
  if (end == RUNNER_SIGNAL) {
    return certspec_error_set(error, NULL, 0, "bench was interrupted");
  }
  if (end == RUNNER_COMPLETE && series->num_unjudged > 0) {
    return certspec_error_set(error, NULL, 0,
                              "%zu of %zu runs could not be judged",
                              series->num_unjudged, series->num_runs);
  }

  return end == RUNNER_COMPLETE;
}
