#include "bench.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "bench_pair.h"
#include "bench_process.h"
#include "bench_scenarios.h"
#include "event.h"
#include "pair.h"
#include "processor_time.h"
#include "result.h"
#include "runner.h"
#include "subject.h"
#include "verdict.h"
#include "warm_up.h"

/* The plainest case there is: a request, and a certificate as the answer. */
#define BENCH_CASE "return-one/certificate-and-key"
#define BENCH_CLIENT "rsa-leaf"
#define BENCH_SERVER "server-ecdsa"

enum {
  ROUNDS = 3,
  RUNS_CPU = 300,
  RUNS_EARLY = 1000,
  RUNS_LATE = 10000,
  SCENARIOS = 20000,
  DEPTH = 1, /* of the scenarios */
};

/* What the processes have used or hold at a moment. */
struct mark {
  double client_seconds; /* harness and its cases */
  double server_seconds;
  double harness_kib;
  double server_kib;
};

/* A series of runs, with the marks after two of them. Starting a server is
 * before the first. */
struct series {
  const struct bench_setting *setting;
  size_t num_runs;
  size_t early;
  size_t late;
  size_t num_unjudged;
  struct mark marks[2];
};

static double used_by_process(pid_t pid) {
  clockid_t clock;
  struct timespec used;

  if (clock_getcpuclockid(pid, &clock) != 0 ||
      clock_gettime(clock, &used) != 0) {
    return NAN;
  }

  return (double)used.tv_sec + (double)used.tv_nsec / 1e9;
}

static struct mark make_mark(pid_t server, struct launcher *launcher) {
  return (struct mark){
      .client_seconds =
          processor_time_used(RUSAGE_SELF) + launcher_used(launcher),
      .server_seconds = used_by_process(server),
      .harness_kib =
          bench_process_kib(getpid()) + bench_process_kib(launcher->pid),
      .server_kib = bench_process_kib(server),
  };
}

static int judge_run(void *context, const struct finished_run *finished) {
  struct series *series = context;
  struct judgement judgement;

  verdict_decide(&judgement, &finished->run->plan, finished->seen,
                 finished->ending, series->setting->records);
  result_set_run(finished->run, &judgement, finished);
  series->num_unjudged += verdict_exit(judgement.verdict) == 3;
  judgement_free(&judgement);

  series->num_runs++;
  if (series->num_runs == series->early) {
    series->marks[0] =
        make_mark(finished->server_pid, series->setting->slot.launcher);
  }
  if (series->num_runs == series->late) {
    series->marks[1] =
        make_mark(finished->server_pid, series->setting->slot.launcher);
  }
  return 1;
}

static void do_nothing(void *context) {
  (void)context;
}

static int warm_up_launcher(const struct run_list *list,
                            const struct bench_setting *setting,
                            struct certspec_error *error) {
  json_t *wants = warm_up_wants(list, setting->pki);
  int ok = launcher_warm_up(setting->slot.launcher, wants, error);

  json_decref(wants);
  return ok;
}

static int perform(struct series *series, struct run_list *list, size_t jobs,
                   size_t repeat, struct certspec_error *error) {
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

  if (!warm_up_launcher(list, series->setting, error)) {
    return 0;
  }
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

struct cpu {
  double client_ms;
  double server_ms;
  double bare_ms;
};

/* The least of several rounds: whatever else the machine does only adds. */
static int measure_round(struct cpu *cpu, struct run_list *one, size_t num,
                         const struct bench_setting *setting,
                         struct certspec_error *error) {
  struct series series = {.setting = setting, .early = 1, .late = num + 1};
  struct pair_setting pair = {.protocol = one->runs[0].plan.protocol,
                              .pki = setting->pki,
                              .client = BENCH_CLIENT,
                              .server = BENCH_SERVER};
  double bare;

  if (!perform(&series, one, 1, num + 1, error) ||
      !pair_handshakes(&pair, num, &bare, error)) {
    return 0;
  }

  const struct mark *marks = series.marks;
  double runs = (double)num / 1000;
  cpu->client_ms =
      fmin(cpu->client_ms,
           (marks[1].client_seconds - marks[0].client_seconds) / runs);
  cpu->server_ms =
      fmin(cpu->server_ms,
           (marks[1].server_seconds - marks[0].server_seconds) / runs);
  cpu->bare_ms = fmin(cpu->bare_ms, bare / runs);
  return 1;
}

static int measure_protocol(json_t *rows, struct run *run,
                            const struct bench_setting *setting,
                            struct certspec_error *error) {
  struct run_list one = {.runs = run, .num_runs = 1};
  struct cpu cpu = {INFINITY, INFINITY, INFINITY};
  size_t num = setting->quick ? RUNS_CPU / 10 : RUNS_CPU;

  for (int round = 0; round < ROUNDS; round++) {
    if (!measure_round(&cpu, &one, num, setting, error)) {
      return 0;
    }
  }

  json_array_append_new(
      rows, json_pack("{s:s, s:I, s:f, s:f, s:f, s:f}", "protocol",
                      run->plan.protocol->name, "runs",
                      (json_int_t)num * ROUNDS, "client_ms", cpu.client_ms,
                      "server_ms", cpu.server_ms, "bare_ms", cpu.bare_ms,
                      "ratio", (cpu.client_ms + cpu.server_ms) / cpu.bare_ms));
  return 1;
}

static int measure_cpu(json_t *out, struct run_list *list,
                       const struct bench_setting *setting,
                       struct certspec_error *error) {
  json_t *rows = json_array();

  json_object_set_new(out, "cpu", rows);
  for (size_t i = 0; i < list->num_runs; i++) {
    if (list->runs[i].missing == NULL &&
        !measure_protocol(rows, &list->runs[i], setting, error)) {
      return 0;
    }
  }

  return 1;
}

static int measure_jobs(json_t *out, const struct bench_setting *setting,
                        struct certspec_error *error) {
  struct run_list all;
  double seconds[] = {INFINITY, INFINITY};
  size_t num = 0;
  int ok = 1;

  if (!select_runs(&all, setting, NULL, error)) {
    return 0;
  }

  for (int round = 0; ok && round < (setting->quick ? 1 : ROUNDS); round++) {
    for (size_t jobs = 1; ok && jobs <= 2; jobs++) {
      struct series series = {.setting = setting};
      double before = event_now();

      ok = perform(&series, &all, jobs, 1, error);
      seconds[jobs - 1] = fmin(seconds[jobs - 1], event_now() - before);
      num = series.num_runs;
    }
  }

  run_list_free(&all);
  json_object_set_new(
      out, "jobs",
      json_pack("{s:I, s:f, s:f, s:f}", "runs", (json_int_t)num, "one_seconds",
                seconds[0], "two_seconds", seconds[1], "speed_up",
                seconds[0] / seconds[1]));
  return ok;
}

static int measure_memory(json_t *out, struct run_list *list,
                          const struct bench_setting *setting,
                          struct certspec_error *error) {
  size_t divisor = setting->quick ? 10 : 1;
  struct series series = {.setting = setting,
                          .early = RUNS_EARLY / divisor,
                          .late = RUNS_LATE / divisor};
  const struct mark *marks = series.marks;
  size_t num_runs = 0;

  for (size_t i = 0; i < list->num_runs; i++) {
    num_runs += list->runs[i].missing == NULL;
  }
  if (num_runs == 0) {
    return certspec_error_set(error, NULL, 0,
                              "nothing that can be measured on this subject");
  }
  if (!perform(&series, list, 1, series.late / num_runs + 1, error)) {
    return 0;
  }

  json_object_set_new(
      out, "memory",
      json_pack("{s:[I, I], s:[f, f], s:[f, f], s:f, s:f}", "runs",
                (json_int_t)series.early, (json_int_t)series.late,
                "harness_kib", marks[0].harness_kib, marks[1].harness_kib,
                "server_kib", marks[0].server_kib, marks[1].server_kib,
                "harness_growth", marks[1].harness_kib / marks[0].harness_kib,
                "server_growth", marks[1].server_kib / marks[0].server_kib));
  return 1;
}

static int measure_pair(json_t *out, const struct bench_setting *setting,
                        struct certspec_error *error) {
  json_t *rows = json_array();

  json_object_set_new(out, "pair", rows);
  return bench_pair(rows, setting->pki,
                    setting->quick ? RUNS_CPU / 10 : RUNS_CPU, error);
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

static double number_at(const json_t *object, const char *key) {
  return json_number_value(json_object_get(object, key));
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

static int measure_runs(json_t *out, const struct bench_setting *setting,
                        struct certspec_error *error) {
  struct run_list list;

  if (!select_runs(&list, setting, BENCH_CASE, error)) {
    return 0;
  }

  json_object_set_new(out, "case", json_string(BENCH_CASE));
  int ok = measure_cpu(out, &list, setting, error) &&
           measure_pair(out, setting, error) &&
           measure_jobs(out, setting, error) &&
           measure_memory(out, &list, setting, error);
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

  fprintf(file, "processor time of %s, in ms a run\n",
          json_string_value(json_object_get(found, "case")));
  fprintf(file, "%-10s %8s %8s %8s %8s\n", "protocol", "client", "server",
          "bare", "ratio");
  json_array_foreach(json_object_get(found, "cpu"), i, row) {
    fprintf(file, "%-10s %8.2f %8.2f %8.2f %8.2f\n",
            json_string_value(json_object_get(row, "protocol")),
            number_at(row, "client_ms"), number_at(row, "server_ms"),
            number_at(row, "bare_ms"), number_at(row, "ratio"));
  }
  fprintf(file, "all %.0f runs: %.1f s with one job, %.1f s with two\n",
          number_at(jobs, "runs"), number_at(jobs, "one_seconds"),
          number_at(jobs, "two_seconds"));
}

static void print_scenarios(const json_t *found, FILE *file) {
  const json_t *ms = json_object_get(found, "ms");
  const json_t *kib = json_object_get(found, "kib");

  fprintf(file,
          "%.0f scenarios: early %.2f ms and %.0f KiB, late %.2f ms and %.0f "
          "KiB\n",
          number_at(found, "scenarios"),
          json_number_value(json_array_get(ms, 0)),
          json_number_value(json_array_get(kib, 0)),
          json_number_value(json_array_get(ms, 1)),
          json_number_value(json_array_get(kib, 1)));
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
