#include "bench_case.h"

#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "bench_series.h"
#include "median.h"
#include "pair.h"
#include "processor.h"
#include "processor_time.h"

/* Bare handshakes of a protocol in each lap: a loop. WARNING: a few in a row
 * find their caches less filled, take a tenth longer, and flatter the ratio. */
enum { NUM_BARE = 100 };

/* Seconds of the processor that each process has used. */
struct used {
  double harness; /* and its launcher */
  double server;
  double child;
  pid_t child_pid;
};

/* Seconds that a lap's runs of one protocol took, and a bare handshake. */
struct lap {
  double client;
  double server;
  double bare;
};

/* A lap is the list in each of its rotations, each in a process of its own, and
 * bare handshakes after it: the machine's speed changes within seconds, by more
 * than what is looked for. */
struct measurement {
  const struct bench_setting *setting;
  const struct bench_identities *identities;
  struct run_list rotations;
  size_t num_protocols;
  struct lap *laps; /* one a lap and protocol */
  size_t num_laps;
  size_t place; /* of the next run, over all laps */
  struct used last;
  double children; /* seconds that can be put down to a run */
  struct certspec_error *error;
};

static struct lap *lap_of(const struct measurement *m, size_t lap,
                          size_t protocol) {
  return &m->laps[lap * m->num_protocols + protocol];
}

static struct used used_now(const struct measurement *m,
                            const struct finished_run *finished) {
  return (struct used){
      .harness = processor_time_used(RUSAGE_SELF) +
                 processor_time_of(m->setting->slot.launcher->pid),
      .server = processor_time_of(finished->server_pid),
      .child = processor_time_of(finished->child_pid),
      .child_pid = finished->child_pid,
  };
}

static int measure_bare(struct measurement *m, size_t lap) {
  for (size_t i = 0; i < m->num_protocols; i++) {
    struct pair_setting pair = {
        .protocol = m->rotations.runs[i].plan.protocol,
        .pki = m->setting->pki,
        .client = m->identities->client,
        .server = m->identities->server,
    };
    double seconds;

    if (!pair_handshakes(&pair, NUM_BARE, &seconds, m->error)) {
      return 0;
    }
    lap_of(m, lap, i)->bare = seconds / NUM_BARE;
  }

  return 1;
}

static enum runner_next take_run(void *context,
                                 const struct finished_run *finished) {
  struct measurement *m = context;
  struct used now = used_now(m, finished);
  bool is_same_child = now.child_pid == m->last.child_pid;
  double child = now.child - (is_same_child ? m->last.child : 0);
  size_t lap = m->place / m->rotations.num_runs;
  size_t rotation = m->place % m->rotations.num_runs / m->num_protocols;
  size_t place = m->place % m->num_protocols;
  struct lap *row = lap_of(m, lap, (rotation + place) % m->num_protocols);

  row->client += now.harness - m->last.harness + child;
  row->server += now.server - m->last.server;
  m->children += child;
  m->last = now;
  m->place++;
  if (m->place % m->rotations.num_runs == 0) {
    if (!measure_bare(m, lap)) {
      return RUNNER_STOP;
    }
    m->last = used_now(m, finished);
  }

  return place + 1 == m->num_protocols ? RUNNER_NEW_PROCESS : RUNNER_GO_ON;
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

/* |*out_rest|: what the processes used after their last run, to end, which is
 * the same for each run. */
static int perform_laps(struct measurement *m, double *out_rest) {
  const struct launcher *launcher = m->setting->slot.launcher;
  struct bench_series series = {
      .setting = m->setting, .context = m, .after = take_run};
  double before = children_used(launcher);

  if (!bench_series_perform(&series, &m->rotations, 1, m->num_laps, m->error)) {
    return 0;
  }

  *out_rest =
      (children_used(launcher) - before - m->children) / (double)m->place;
  return 1;
}

/* The medians of all laps but the first, in which the server serves its first
 * clients. */
static int add_row(json_t *rows, const struct measurement *m, size_t protocol,
                   double rest) {
  size_t num = m->num_laps - 1;
  size_t num_runs = num * m->num_protocols;
  double runs = (double)m->num_protocols; /* a lap */
  double *memory = calloc(4 * num, sizeof(*memory));
  double *client = memory;
  double *server = memory + num;
  double *bare = memory + 2 * num;
  double *ratio = memory + 3 * num;

  if (memory == NULL) {
    return certspec_error_set(m->error, NULL, 0, "out of memory");
  }

  for (size_t i = 0; i < num; i++) {
    const struct lap *lap = lap_of(m, i + 1, protocol);

    client[i] = lap->client / runs + rest;
    server[i] = lap->server / runs;
    bare[i] = lap->bare;
    ratio[i] = (client[i] + server[i]) / bare[i];
  }
  json_array_append_new(
      rows,
      json_pack("{s:s, s:I, s:f, s:f, s:f, s:f}", "protocol",
                m->rotations.runs[protocol].plan.protocol->name, "runs",
                (json_int_t)num_runs, "client_ms", median(client, num) * 1000,
                "server_ms", median(server, num) * 1000, "bare_ms",
                median(bare, num) * 1000, "ratio", median(ratio, num)));
  free(memory);
  return 1;
}

int bench_case(json_t *rows, const struct run_list *list,
               const struct bench_identities *identities,
               const struct bench_setting *setting, size_t num,
               struct certspec_error *error) {
  struct measurement m = {.setting = setting,
                          .identities = identities,
                          .num_protocols = list->num_runs,
                          .num_laps = num / list->num_runs + 2,
                          .error = error};
  cpu_set_t before;
  double rest;

  m.laps = calloc(m.num_laps * m.num_protocols, sizeof(*m.laps));
  int ok = m.laps != NULL && rotate(&m.rotations, list);
  if (!ok) {
    certspec_error_set(error, NULL, 0, "out of memory");
  }
  if (ok) {
    /* All that takes turns is kept on one processor, as each job of a run with
     * one for each processor is: what waking another costs, while this one
     * waits, is a tenth of the whole, on some machines more, and says nothing
     * of a case. */
    processor_gather(setting->slot.launcher->pid, &before);
    ok = perform_laps(&m, &rest);
    processor_scatter(setting->slot.launcher->pid, &before);
  }
  for (size_t i = 0; ok && i < m.num_protocols; i++) {
    ok = add_row(rows, &m, i, rest);
  }

  free_rotations(&m.rotations);
  free(m.laps);
  return ok;
}
