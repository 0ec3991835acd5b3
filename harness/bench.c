#include "bench.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench_case.h"
#include "bench_jobs.h"
#include "bench_pair.h"
#include "bench_process.h"
#include "bench_scenarios.h"
#include "bench_series.h"
#include "subject.h"
#include "warm_up.h"

/* The plainest case there is: a request, and a certificate as the answer. */
#define BENCH_CASE "return-one/certificate-and-key"
#define BENCH_CLIENT "rsa-leaf"
#define BENCH_SERVER "server-ecdsa"

enum {
  ROUNDS = 3,
  RUNS_CPU = 300,
  HANDSHAKES_PAIR = 300,
  RUNS_EARLY = 1000,
  RUNS_LATE = 10000,
  SCENARIOS = 20000,
  DEPTH = 1, /* of the scenarios */
};

static double number_at(const json_t *object, const char *key) {
  return json_number_value(json_object_get(object, key));
}

/* Of the protocols that were measured. */
static double mean_bare_ms(const json_t *found) {
  double sum = 0;
  size_t i;
  json_t *row;

  json_array_foreach(json_object_get(found, "cpu"), i, row) {
    sum += number_at(row, "bare_ms");
  }

  return sum / (double)i;
}

/* What the processes hold at two moments of a series, in KiB. */
struct memory {
  const struct bench_series *series;
  size_t early; /* after so many runs */
  size_t late;
  double harness_kib[2];
  double server_kib[2];
};

static enum runner_next note_memory(void *context,
                                    const struct finished_run *finished) {
  struct memory *memory = context;
  size_t num_runs = memory->series->num_runs;
  const struct launcher *launcher = memory->series->setting->slot.launcher;

  if (num_runs == memory->early || num_runs == memory->late) {
    size_t i = num_runs == memory->late;

    memory->harness_kib[i] =
        bench_process_kib(getpid()) + bench_process_kib(launcher->pid);
    memory->server_kib[i] = bench_process_kib(finished->server_pid);
  }
  return RUNNER_GO_ON;
}

/* Selects a case, or all where |id| is NULL. */
static int select_runs(struct run_list *out,
                       const struct bench_setting *setting, const char *id,
                       struct certspec_error *error) {
  struct options options = {
      .cases = {.texts = &id, .num_texts = id == NULL ? 0 : 1}};

  if (!run_list_make(out, setting->catalogue, &options, error)) {
    return 0;
  }
  if (!run_list_check(out, setting->pki, error)) {
    run_list_free(out);
    return 0;
  }

  return 1;
}

/* Leaves out what the subject lacks. */
static size_t drop_missing(struct run_list *list) {
  struct run_list all = *list;

  list->num_runs = 0;
  for (size_t i = 0; i < all.num_runs; i++) {
    if (all.runs[i].missing == NULL) {
      struct run kept = all.runs[i];

      all.runs[i] = list->runs[list->num_runs];
      list->runs[list->num_runs++] = kept;
    }
  }

  return all.num_runs;
}

static int measure_cpu(json_t *out, const struct run_list *list,
                       const struct bench_setting *setting,
                       struct certspec_error *error) {
  static const struct bench_identities identities = {.client = BENCH_CLIENT,
                                                     .server = BENCH_SERVER};
  json_t *rows = json_array();

  json_object_set_new(out, "cpu", rows);
  return bench_case(rows, list, &identities, setting,
                    setting->quick ? RUNS_CPU / 10 : RUNS_CPU, error);
}

static int measure_jobs(json_t *out, const struct bench_setting *setting,
                        struct certspec_error *error) {
  struct run_list all;
  json_t *found = NULL;

  if (!select_runs(&all, setting, NULL, error)) {
    return 0;
  }

  int ok = bench_jobs(&found, &all, mean_bare_ms(out), setting,
                      setting->quick ? 1 : ROUNDS, error);
  run_list_free(&all);
  if (ok) {
    json_object_set_new(out, "jobs", found);
  }
  return ok;
}

static int measure_memory(json_t *out, struct run_list *list,
                          const struct bench_setting *setting,
                          struct certspec_error *error) {
  size_t divisor = setting->quick ? 10 : 1;
  struct bench_series series = {.setting = setting, .after = note_memory};
  struct memory memory = {.series = &series,
                          .early = RUNS_EARLY / divisor,
                          .late = RUNS_LATE / divisor};

  series.context = &memory;
  if (!bench_series_perform(&series, list, 1, memory.late / list->num_runs + 1,
                            error)) {
    return 0;
  }

  const double *harness = memory.harness_kib;
  const double *server = memory.server_kib;
  json_object_set_new(
      out, "memory",
      json_pack("{s:[I, I], s:[f, f], s:[f, f], s:f, s:f}", "runs",
                (json_int_t)memory.early, (json_int_t)memory.late,
                "harness_kib", harness[0], harness[1], "server_kib", server[0],
                server[1], "harness_growth", harness[1] / harness[0],
                "server_growth", server[1] / server[0]));
  return 1;
}

static int measure_pair(json_t *out, const struct bench_setting *setting,
                        struct certspec_error *error) {
  json_t *rows = json_array();

  json_object_set_new(out, "pair", rows);
  return bench_pair(rows, setting->pki,
                    setting->quick ? HANDSHAKES_PAIR / 10 : HANDSHAKES_PAIR,
                    error);
}

static int measure_scenarios(json_t *out, const struct bench_setting *setting,
                             struct certspec_error *error) {
  size_t num = setting->quick ? SCENARIOS / 10 : SCENARIOS;
  json_t *found;

  if (!bench_scenarios(&found, setting->pki, DEPTH,
                       setting->scenarios > 0 ? setting->scenarios : num,
                       error)) {
    return 0;
  }

  json_object_set_new(out, "scenarios", found);
  return 1;
}

static void add_target(json_t *targets, const char *name, double value,
                       const char *kind, double limit) {
  int met = strcmp(kind, "at_most") == 0 ? value <= limit : value >= limit;

  json_array_append_new(
      targets, json_pack("{s:s, s:f, s:f, s:b}", "name", name, "value", value,
                         kind, limit, "met", met));
}

static void judge_runs(json_t *targets, const json_t *out) {
  const json_t *memory = json_object_get(out, "memory");
  double ratio = 0;
  double share = INFINITY;
  size_t i;
  json_t *row;

  json_array_foreach(json_object_get(out, "cpu"), i, row) {
    ratio = fmax(ratio, number_at(row, "ratio"));
  }
  add_target(targets, "a case against a bare handshake, processor time", ratio,
             "at_most", 2.5);
  json_array_foreach(json_object_get(out, "pair"), i, row) {
    share = fmin(share, number_at(row, "share"));
  }
  add_target(targets, "handshakes of the pair for each of a bare loop", share,
             "at_least", 0.9);
  add_target(targets, "two jobs against one",
             number_at(json_object_get(out, "jobs"), "speed_up"), "at_least",
             1.7);
  add_target(targets, "memory of the harness, late against early",
             number_at(memory, "harness_growth"), "at_most", 1.05);
  add_target(targets, "memory of the server, late against early",
             number_at(memory, "server_growth"), "at_most", 1.05);
}

static void judge_scenarios(json_t *targets, const json_t *found) {
  add_target(targets, "cost of a scenario, late against early",
             number_at(found, "cost_growth"), "at_most", 1.1);
  add_target(targets, "memory of the scenarios, late against early",
             number_at(found, "memory_growth"), "at_most", 1.05);
}

/* For all that is measured. */
static int warm_up_launcher(const struct bench_setting *setting,
                            struct certspec_error *error) {
  struct run_list all;

  if (!select_runs(&all, setting, NULL, error)) {
    return 0;
  }

  json_t *wants = warm_up_wants(&all, setting->pki);
  int ok = launcher_warm_up(setting->slot.launcher, wants, error);
  json_decref(wants);
  run_list_free(&all);
  return ok;
}

static int measure_runs(json_t *out, const struct bench_setting *setting,
                        struct certspec_error *error) {
  struct run_list list;

  if (!warm_up_launcher(setting, error) ||
      !select_runs(&list, setting, BENCH_CASE, error)) {
    return 0;
  }

  json_object_set_new(out, "case", json_string(BENCH_CASE));
  size_t num_all = drop_missing(&list);
  int ok =
      list.num_runs > 0
          ? measure_cpu(out, &list, setting, error) &&
                measure_pair(out, setting, error) &&
                measure_jobs(out, setting, error) &&
                measure_memory(out, &list, setting, error)
          : certspec_error_set(error, NULL, 0,
                               "nothing that can be measured on this subject");
  list.num_runs = num_all;
  run_list_free(&list);
  return ok;
}

int bench_measure(json_t **out, const struct bench_setting *setting,
                  struct certspec_error *error) {
  json_t *targets = json_array();
  bool runs = setting->scenarios == 0;
  bool scenarios = !subject_is_fork(); /* the model is of OpenSSL */

  *out = json_pack("{s:b, s:o}", "quick", setting->quick, "targets", targets);
  if ((runs && !measure_runs(*out, setting, error)) ||
      (scenarios && !measure_scenarios(*out, setting, error))) {
    json_decref(*out);
    return 0;
  }

  if (runs) {
    judge_runs(targets, *out);
  }
  if (scenarios) {
    judge_scenarios(targets, json_object_get(*out, "scenarios"));
  }
  return 1;
}

static void print_runs(const json_t *found, FILE *file) {
  const json_t *jobs = json_object_get(found, "jobs");
  size_t i;
  json_t *row;

  fprintf(file, "processor time of %s on one processor, in ms a run\n",
          json_string_value(json_object_get(found, "case")));
  fprintf(file, "%-10s %8s %8s %8s %8s\n", "protocol", "client", "server",
          "bare", "ratio");
  json_array_foreach(json_object_get(found, "cpu"), i, row) {
    fprintf(file, "%-10s %8.2f %8.2f %8.2f %8.2f\n",
            json_string_value(json_object_get(row, "protocol")),
            number_at(row, "client_ms"), number_at(row, "server_ms"),
            number_at(row, "bare_ms"), number_at(row, "ratio"));
  }
  fprintf(
      file,
      "all %.0f runs: %.1f s with one job, %.1f s with two, %.1f s with %.0f "
      "(the default); as many bare handshakes, one by one: %.1f s\n",
      number_at(jobs, "runs"), number_at(jobs, "one_seconds"),
      number_at(jobs, "two_seconds"), number_at(jobs, "default_seconds"),
      number_at(jobs, "default"), number_at(jobs, "bare_seconds"));
}

static double moment_at(const json_t *found, const char *key, size_t moment) {
  return json_number_value(json_array_get(json_object_get(found, key), moment));
}

static void print_scenarios(const json_t *found, FILE *file) {
  static const char *const moments[] = {"early", "late"};

  fprintf(file, "%.0f scenarios:", number_at(found, "scenarios"));
  for (size_t i = 0; i < 2; i++) {
    fprintf(file, " %s %.2f ms (a bare handshake: %.2f) and %.0f KiB%s",
            moments[i], moment_at(found, "ms", i),
            moment_at(found, "bare_ms", i), moment_at(found, "kib", i),
            i == 0 ? "," : "\n");
  }
}

void bench_print(const json_t *found, FILE *file) {
  size_t i;
  json_t *row;

  if (json_object_get(found, "cpu") != NULL) {
    print_runs(found, file);
  }
  if (json_object_get(found, "scenarios") != NULL) {
    print_scenarios(json_object_get(found, "scenarios"), file);
  }

  fputc('\n', file);
  json_array_foreach(json_object_get(found, "targets"), i, row) {
    int at_most = json_object_get(row, "at_most") != NULL;

    fprintf(file, "%-6s %5.2f (%s %.2f)  %s\n",
            json_is_true(json_object_get(row, "met")) ? "met" : "missed",
            number_at(row, "value"), at_most ? "at most" : "at least",
            number_at(row, at_most ? "at_most" : "at_least"),
            json_string_value(json_object_get(row, "name")));
  }
}
