#include "bench_case.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "bench_series.h"
#include "pair.h"
#include "processor_time.h"

enum { ROUNDS = 3 };

/* Seconds of the processor that each process has used. */
struct used {
  double harness; /* and its launcher */
  double server;
  double child;
  pid_t child_pid;
};

struct cost {
  size_t runs;
  double client;
  double server;
};

/* One round: the list in each of its rotations, each in a process of its own,
 * over and over. */
struct round {
  const struct bench_setting *setting;
  struct run_list rotations;
  size_t num_protocols;
  struct used last;
  double children; /* seconds that can be put down to a run */
  size_t place;
  struct cost *costs; /* one a protocol */
};

static struct used used_now(const struct round *round,
                            const struct finished_run *finished) {
  return (struct used){
      .harness = processor_time_used(RUSAGE_SELF) +
                 processor_time_of(round->setting->slot.launcher->pid),
      .server = processor_time_of(finished->server_pid),
      .child = processor_time_of(finished->child_pid),
      .child_pid = finished->child_pid,
  };
}

/* The first rotation starts from a server that has served nobody. */
static enum runner_next take_run(void *context,
                                 const struct finished_run *finished) {
  struct round *round = context;
  struct used now = used_now(round, finished);
  const struct used *last = &round->last;
  double child =
      now.child - (now.child_pid == last->child_pid ? last->child : 0);
  size_t rotation = round->place / round->num_protocols;
  size_t place = round->place % round->num_protocols;

  round->children += child;
  if (round->place >= round->num_protocols) {
    struct cost *cost =
        &round->costs[(rotation + place) % round->num_protocols];

    cost->runs++;
    cost->client += now.harness - last->harness + child;
    cost->server += now.server - last->server;
  }

  round->last = now;
  round->place++;
  return place + 1 == round->num_protocols ? RUNNER_NEW_PROCESS : RUNNER_GO_ON;
}

/* Borrows the plans. */
static int rotate(struct run_list *out, const struct run_list *list) {
  size_t num = list->num_runs;

  out->runs = calloc(num * num, sizeof(*out->runs));
  if (out->runs == NULL) {
    return 0;
  }

  out->num_runs = num * num;
  for (size_t i = 0; i < out->num_runs; i++) {
    out->runs[i] =
        (struct run){.plan = list->runs[(i / num + i % num) % num].plan};
  }
  return 1;
}

static void free_rotations(struct run_list *rotations) {
  for (size_t i = 0; i < rotations->num_runs; i++) {
    free(rotations->runs[i].json);
  }
  free(rotations->runs);
}

static double children_used(const struct launcher *launcher) {
  /* First, as it waits for the one that serves to be known. */
  double used = launcher_used((struct launcher *)launcher);

  return used - processor_time_of(launcher->pid);
}

/* What the processes used after their last run, to end, is the same for each
 * run. */
static int perform_round(struct round *round, size_t repeat,
                         struct certspec_error *error) {
  const struct launcher *launcher = round->setting->slot.launcher;
  struct bench_series series = {
      .setting = round->setting, .context = round, .after = take_run};
  double before = children_used(launcher);

  if (!bench_series_perform(&series, &round->rotations, 1, repeat, error)) {
    return 0;
  }

  double rest = children_used(launcher) - before - round->children;
  for (size_t i = 0; i < round->num_protocols; i++) {
    struct cost *cost = &round->costs[i];

    cost->client += rest / (double)round->place * (double)cost->runs;
  }
  return 1;
}

struct figures {
  size_t runs;
  double client_ms;
  double server_ms;
  double bare_ms;
};

/* The least of several rounds: whatever else the machine does only adds. */
static int measure_round(struct figures *figures, const struct run_list *list,
                         const struct bench_identities *identities,
                         struct round *round, size_t repeat,
                         struct certspec_error *error) {
  if (!perform_round(round, repeat, error)) {
    return 0;
  }

  for (size_t i = 0; i < list->num_runs; i++) {
    const struct cost *cost = &round->costs[i];
    struct figures *row = &figures[i];
    struct pair_setting pair = {.protocol = list->runs[i].plan.protocol,
                                .pki = round->setting->pki,
                                .client = identities->client,
                                .server = identities->server};
    double bare;

    if (!pair_handshakes(&pair, cost->runs, &bare, error)) {
      return 0;
    }

    double ms = 1000 / (double)cost->runs;
    row->runs += cost->runs;
    row->client_ms = fmin(row->client_ms, cost->client * ms);
    row->server_ms = fmin(row->server_ms, cost->server * ms);
    row->bare_ms = fmin(row->bare_ms, bare * ms);
  }
  return 1;
}

static int measure(struct figures *figures, const struct run_list *list,
                   const struct bench_identities *identities,
                   const struct bench_setting *setting, size_t num,
                   struct certspec_error *error) {
  struct round round = {.setting = setting, .num_protocols = list->num_runs};
  struct cost *costs = calloc(list->num_runs, sizeof(*costs));
  int ok = costs != NULL && rotate(&round.rotations, list);

  if (!ok) {
    certspec_error_set(error, NULL, 0, "out of memory");
  }
  for (int i = 0; ok && i < ROUNDS; i++) {
    memset(costs, 0, list->num_runs * sizeof(*costs));
    round.costs = costs;
    round.last = (struct used){0};
    round.children = 0;
    round.place = 0;
    ok = measure_round(figures, list, identities, &round,
                       num / list->num_runs + 1, error);
  }

  free_rotations(&round.rotations);
  free(costs);
  return ok;
}

int bench_case(json_t *rows, const struct run_list *list,
               const struct bench_identities *identities,
               const struct bench_setting *setting, size_t num,
               struct certspec_error *error) {
  struct figures *figures = calloc(list->num_runs, sizeof(*figures));

  if (figures == NULL) {
    return certspec_error_set(error, NULL, 0, "out of memory");
  }

  for (size_t i = 0; i < list->num_runs; i++) {
    figures[i] = (struct figures){
        .client_ms = INFINITY, .server_ms = INFINITY, .bare_ms = INFINITY};
  }
  int ok = measure(figures, list, identities, setting, num, error);
  for (size_t i = 0; ok && i < list->num_runs; i++) {
    const struct figures *row = &figures[i];

    json_array_append_new(
        rows,
        json_pack("{s:s, s:I, s:f, s:f, s:f, s:f}", "protocol",
                  list->runs[i].plan.protocol->name, "runs",
                  (json_int_t)row->runs, "client_ms", row->client_ms,
                  "server_ms", row->server_ms, "bare_ms", row->bare_ms, "ratio",
                  (row->client_ms + row->server_ms) / row->bare_ms));
  }
  free(figures);
  return ok;
}
