#include "bench_scenarios.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench_process.h"
#include "explore.h"
#include "pair.h"
#include "processor_time.h"
#include "space.h"
#include "subject.h"

enum {
  MAX_WINDOW = 3,
  LEAST_LAPS = 3,
  SCENARIOS_PER_BARE = 20, /* a bare handshake after so many */
};

/* Written by the child, read by the parent. */
struct ledger {
  size_t num_scenarios;
  size_t num_disagreements;
  double ms[2];      /* early, late */
  double bare_ms[2]; /* a bare handshake meanwhile */
  double kib[2];
  bool failed;
  struct certspec_error error;
};

struct lap {
  struct pair *pair;
  struct pki *pki;
  struct ledger *ledger;
  size_t num_bare;
  double bare_seconds;
  double aside; /* seconds that were not the scenarios' */
};

static bool is_supported(const struct protocol *protocol) {
  return subject_has(protocol->feature) == 1;
}

/* The machine's speed changes between the early laps and the late ones. */
static bool measure_bare(struct lap *lap) {
  const struct pair_setting setting = {.protocol = protocol_find("TLSv1.2"),
                                       .pki = lap->pki,
                                       .client = "ecdsa-leaf",
                                       .server = "server-ecdsa"};
  double before = processor_time_used(RUSAGE_SELF);
  double seconds = 0;
  int ok = pair_handshakes(&setting, 1, &seconds, &lap->ledger->error);

  lap->num_bare++;
  lap->bare_seconds += seconds;
  lap->aside += processor_time_used(RUSAGE_SELF) - before;
  return ok;
}

static bool perform(void *argument, size_t index,
                    const struct scenario *scenario,
                    const struct prediction *prediction) {
  struct lap *lap = argument;
  struct ledger *ledger = lap->ledger;
  struct explore_view view;
  enum explore_answer answer =
      explore_one(&view, lap->pair, scenario, prediction,
                  model_facts(subject_version()), &ledger->error);

  (void)index;
  ledger->failed = answer == EXPLORE_FAULT;
  ledger->num_scenarios++;
  ledger->num_disagreements += answer == EXPLORE_DISAGREES;
  if (!ledger->failed && ledger->num_scenarios % SCENARIOS_PER_BARE == 0) {
    ledger->failed = !measure_bare(lap);
  }
  return !ledger->failed;
}

/* Of the laps of a moment the one counts that cost least for what a bare
 * handshake cost meanwhile. */
static void note_moment(struct ledger *ledger, size_t moment, double ms,
                        double bare_ms) {
  if (ms / bare_ms < ledger->ms[moment] / ledger->bare_ms[moment]) {
    ledger->ms[moment] = ms;
    ledger->bare_ms[moment] = bare_ms;
  }
  ledger->kib[moment] = bench_process_kib(getpid());
}

/* The first lap fills what is kept; then come |window| early ones, and the last
 * |window| are late. */
static void perform_laps(struct lap *lap, unsigned depth, size_t num) {
  struct space_setting space = {.depth = depth,
                                .facts = model_facts(subject_version()),
                                .supported = is_supported};
  struct ledger *ledger = lap->ledger;
  struct space_size size = {.num_scenarios = 1};
  size_t num_laps = LEAST_LAPS;
  size_t window = 1;

  for (size_t i = 0; i < num_laps && !ledger->failed; i++) {
    lap->num_bare = 0;
    lap->bare_seconds = 0;
    ledger->failed = !measure_bare(lap); /* a short lap has no other */
    lap->aside = 0;
    double before = processor_time_used(RUSAGE_SELF);
    space_walk(&size, &space, perform, lap);
    double used = processor_time_used(RUSAGE_SELF) - before - lap->aside;
    double ms = used * 1000 / (double)size.num_scenarios;
    double bare_ms = lap->bare_seconds * 1000 / (double)lap->num_bare;

    if (i == 0) {
      size_t wanted = (num + size.num_scenarios - 1) / size.num_scenarios;

      num_laps = wanted > LEAST_LAPS ? wanted : LEAST_LAPS;
      window = (num_laps - 1) / 2 < MAX_WINDOW ? (num_laps - 1) / 2
                                               : (size_t)MAX_WINDOW;
    } else if (i <= window) {
      note_moment(ledger, 0, ms, bare_ms);
    }
    if (i >= num_laps - window) {
      note_moment(ledger, 1, ms, bare_ms);
    }
  }
}

static _Noreturn void run_child(struct ledger *ledger, struct pki *pki,
                                unsigned depth, size_t num) {
  struct lap lap = {
      .pair = pair_open(pki, &ledger->error), .pki = pki, .ledger = ledger};

  ledger->failed = lap.pair == NULL;
  if (!ledger->failed) {
    perform_laps(&lap, depth, num);
  }
  pair_close(lap.pair);
  _exit(0);
}

static int run(struct ledger *ledger, struct pki *pki, unsigned depth,
               size_t num, struct certspec_error *error) {
  int status = 0;
  pid_t pid = fork();

  if (pid == 0) {
    run_child(ledger, pki, depth, num);
  }
  if (pid < 0 || waitpid(pid, &status, 0) != pid) {
    return certspec_error_set(error, NULL, 0, "no process: %s",
                              strerror(errno));
  }
  if (status != 0) {
    return certspec_error_set(error, NULL, 0,
                              "the process of the scenarios died after %zu",
                              ledger->num_scenarios);
  }
  if (ledger->failed) {
    *error = ledger->error;
    return 0;
  }

  return 1;
}

int bench_scenarios(json_t **out, struct pki *pki, unsigned depth, size_t num,
                    struct certspec_error *error) {
  struct ledger *ledger = mmap(NULL, sizeof(*ledger), PROT_READ | PROT_WRITE,
                               MAP_SHARED | MAP_ANONYMOUS, -1, 0);

  if (ledger == MAP_FAILED) {
    return certspec_error_set(error, NULL, 0, "no memory: %s", strerror(errno));
  }

  *ledger = (struct ledger){.ms = {INFINITY, INFINITY}, .bare_ms = {1, 1}};
  int ok = run(ledger, pki, depth, num, error);
  if (ok) {
    double early = ledger->ms[0] / ledger->bare_ms[0];
    double late = ledger->ms[1] / ledger->bare_ms[1];

    *out = json_pack("{s:I, s:I, s:[f, f], s:[f, f], s:[f, f], s:f, s:f}",
                     "scenarios", (json_int_t)ledger->num_scenarios, "disagree",
                     (json_int_t)ledger->num_disagreements, "ms", ledger->ms[0],
                     ledger->ms[1], "bare_ms", ledger->bare_ms[0],
                     ledger->bare_ms[1], "kib", ledger->kib[0], ledger->kib[1],
                     "cost_growth", late / early, "memory_growth",
                     ledger->kib[1] / ledger->kib[0]);
  }
  munmap(ledger, sizeof(*ledger));
  return ok;
}
