#include "conformance.h"

#include <stdio.h>
#include <unistd.h>

#include "console.h"
#include "junit.h"
#include "output.h"
#include "reports_call.h"
#include "result.h"
#include "runner.h"
#include "setup.h"
#include "warm_up.h"

struct conformance {
  const struct options *options;
  struct setup setup;
  struct run_list list;
  struct results results;
  struct console console;
  size_t num_differed; /* runs of a repeat that came out otherwise */
  bool write_failed;
  struct certspec_error error;
};

static void set_unsupported(struct conformance *conformance) {
  for (size_t i = 0; i < conformance->list.num_runs; i++) {
    struct run *run = &conformance->list.runs[i];
    struct judgement judgement = {.verdict = VERDICT_UNSUPPORTED};

    if (run->missing != NULL) {
      snprintf(judgement.reason, sizeof(judgement.reason),
               "the subject has no %s", run->missing);
      result_set_run(run, &judgement, NULL);
      console_count(&conformance->console, judgement.verdict);
    }
  }
}

/* What other runs left in a process must not be what makes a run fail: it is
 * performed again by itself, as the command that is printed with it does. */
static enum runner_next take_finished(void *context,
                                      const struct finished_run *finished) {
  struct conformance *conformance = context;
  struct run *run = finished->run;
  enum verdict before = run->done ? run->verdict : VERDICT_COUNT;
  struct judgement judgement;

  verdict_decide(&judgement, &run->plan, finished->seen, finished->ending,
                 &conformance->setup.records);
  bool green = result_is_green(judgement.verdict);
  if (!green && finished->is_shared) {
    judgement_free(&judgement);
    return RUNNER_AGAIN;
  }

  result_set_run(run, &judgement, finished);
  console_count(&conformance->console, judgement.verdict);
  if (before != VERDICT_COUNT && before != judgement.verdict) {
    conformance->num_differed++;
    fprintf(stderr, "certspec: %s %s: %s, then %s: %s\n", run->plan.source->id,
            run->plan.protocol->name, verdict_name(before),
            verdict_name(judgement.verdict), judgement.reason);
  }
  judgement_free(&judgement);

  conformance->write_failed =
      !result_write_now_and_then(&conformance->results, &conformance->error);
  if (conformance->write_failed) {
    return RUNNER_STOP;
  }
  return green ? RUNNER_GO_ON : RUNNER_NEW_PROCESS;
}

static void tick(void *context) {
  struct conformance *conformance = context;

  console_progress(&conformance->console);
}

static enum runner_end perform(struct conformance *conformance,
                               int *out_signal) {
  const struct options *options = conformance->options;
  struct runner_setting setting = {
      .slot = conformance->setup.slot,
      .jobs = options->jobs != 0 ? options->jobs : runner_default_jobs(),
      .repeat = options->repeat,
      .context = conformance,
      .done = take_finished,
      .tick = tick,
  };

  return runner_perform(&conformance->list, &setting,
                        &conformance->results.server, out_signal,
                        &conformance->error);
}

/* Green, or the exit code of the worst verdict: what says something of the
 * subject comes before our own fault. */
static int exit_of_verdicts(const struct conformance *conformance) {
  struct result_counts counts = result_count(&conformance->list);
  bool failed = conformance->options->strict &&
                counts.verdicts[VERDICT_KNOWN_DEVIATION] > 0;
  bool own_fault = false;

  for (int i = 0; i < VERDICT_COUNT; i++) {
    if (counts.verdicts[i] > 0) {
      failed |= verdict_exit((enum verdict)i) == EXIT_NOT_GREEN;
      own_fault |= verdict_exit((enum verdict)i) == EXIT_OWN_FAULT;
    }
  }
  if (failed || own_fault) {
    return failed ? EXIT_NOT_GREEN : EXIT_OWN_FAULT;
  }

  return counts.runs > 0 && counts.performed == 0 ? EXIT_UNSUPPORTED
                                                  : EXIT_GREEN;
}

static int exit_of_run(struct conformance *conformance, enum runner_end end,
                       int signal) {
  size_t performed = result_count(&conformance->list).performed;

  if (conformance->write_failed) {
    return setup_complain(&conformance->error, EXIT_NO_RESULTS);
  }
  if (end == RUNNER_SIGNAL) {
    return 128 + signal;
  }
  if (end == RUNNER_FAILED) {
    return setup_complain(&conformance->error, EXIT_OWN_FAULT);
  }
  if (conformance->options->repeat > 1) {
    printf("%zu repeats, %zu runs differed\n", conformance->options->repeat,
           conformance->num_differed);
    if (conformance->num_differed > 0) {
      return EXIT_NOT_GREEN;
    }
  }

  int code = exit_of_verdicts(conformance);
  if (performed < conformance->options->min && code != EXIT_NOT_GREEN &&
      code != EXIT_OWN_FAULT) {
    certspec_error_set(&conformance->error, NULL, 0,
                       "%zu runs were performed, --min asks for %zu", performed,
                       conformance->options->min);
    return setup_complain(&conformance->error, EXIT_TOO_FEW);
  }

  return code;
}

static void print(const struct conformance *conformance, bool complete) {
  const struct options *options = conformance->options;

  console_end(&conformance->console);
  if (options->json) {
    result_print(&conformance->results, complete, stdout);
    return;
  }

  console_report(&conformance->results, conformance->console.color);
  if (!options->quiet) {
    console_summary(&conformance->results, complete, conformance->console.color,
                    options->slowest);
  }
}

static int run(struct conformance *conformance) {
  struct results *results = &conformance->results;
  struct certspec_error *error = &conformance->error;
  const struct options *options = conformance->options;
  int signal = 0;

  result_start(results, &conformance->setup.catalogue, &conformance->list,
               options->out);
  results->subject = json_incref(conformance->setup.subject);
  if (!output_folder(options->out, error) ||
      !junit_write(results, options->strict, error) ||
      !result_write(results, false, error)) {
    return setup_complain(error, EXIT_NO_RESULTS);
  }

  console_start(&conformance->console, options,
                conformance->list.num_runs * options->repeat);
  set_unsupported(conformance);
  if (!options->cold) {
    json_t *wants = warm_up_wants(&conformance->list, conformance->setup.pki);
    int warm = launcher_warm_up(&conformance->setup.launcher, wants, error);

    json_decref(wants);
    if (!warm) {
      return setup_complain(error, EXIT_OWN_FAULT);
    }
  }
  enum runner_end end = perform(conformance, &signal);
  bool complete = end == RUNNER_COMPLETE;
  if (!conformance->write_failed) {
    struct certspec_error write_error;

    if (!result_write(results, complete, &write_error) ||
        !junit_write(results, options->strict, &write_error)) {
      conformance->write_failed = true;
      *error = write_error;
    }
  }
  print(conformance, complete);
  fflush(stdout);

  int code = exit_of_run(conformance, end, signal);
  if (!conformance->write_failed && !options->no_page) {
    reports_call_page(options);
  }
  return code;
}

/* Everything that can be wrong with the input is looked for before the first
 * run. */
static int load(struct conformance *conformance) {
  struct certspec_error *error = &conformance->error;
  int code = setup_make(&conformance->setup, conformance->options, error);

  if (code != EXIT_GREEN) {
    return code;
  }

  return run_list_make(&conformance->list, &conformance->setup.catalogue,
                       conformance->options, error) &&
                 run_list_check(&conformance->list, conformance->setup.pki,
                                error)
             ? EXIT_GREEN
             : EXIT_BAD_INPUT;
}

int conformance_run(const struct options *options) {
  struct conformance conformance = {.options = options};

  runner_block_signals();

  int code = load(&conformance);
  code = code == EXIT_GREEN ? run(&conformance)
                            : setup_complain(&conformance.error, code);

  result_free(&conformance.results);
  run_list_free(&conformance.list);
  setup_free(&conformance.setup);
  return code;
}
