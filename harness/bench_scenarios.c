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

enum { MAX_WINDOW = 3, LEAST_LAPS = 3 };

/* Written by the child, read by the parent. */
struct ledger {
  size_t num_scenarios;
  size_t num_disagreements;
  double ms[2]; /* early, late */
  double kib[2];
  bool failed;
  struct certspec_error error;
};

struct lap {
  struct pair *pair;
  struct ledger *ledger;
};

static bool is_supported(const struct protocol *protocol) {
  return subject_has(protocol->feature) == 1;
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
  return !ledger->failed;
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
    double before = processor_time_used(RUSAGE_SELF);
    space_walk(&size, &space, perform, lap);
    double ms = (processor_time_used(RUSAGE_SELF) - before) * 1000 /
                (double)size.num_scenarios;

    if (i == 0) {
      size_t wanted = (num + size.num_scenarios - 1) / size.num_scenarios;

      num_laps = wanted > LEAST_LAPS ? wanted : LEAST_LAPS;
      window = (num_laps - 1) / 2 < MAX_WINDOW ? (num_laps - 1) / 2
                                               : (size_t)MAX_WINDOW;
    } else if (i <= window) {
      ledger->ms[0] = fmin(ledger->ms[0], ms);
      ledger->kib[0] = bench_process_kib(getpid());
    }
    if (i >= num_laps - window) {
      ledger->ms[1] = fmin(ledger->ms[1], ms);
      ledger->kib[1] = bench_process_kib(getpid());
    }
  }
}

static _Noreturn void run_child(struct ledger *ledger, struct pki *pki,
                                unsigned depth, size_t num) {
  struct lap lap = {.pair = pair_open(pki, &ledger->error), .ledger = ledger};

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

  *ledger = (struct ledger){.ms = {INFINITY, INFINITY}};
  int ok = run(ledger, pki, depth, num, error);
  if (ok) {
    *out = json_pack("{s:I, s:I, s:[f, f], s:[f, f], s:f, s:f}", "scenarios",
                     (json_int_t)ledger->num_scenarios, "disagree",
                     (json_int_t)ledger->num_disagreements, "ms", ledger->ms[0],
                     ledger->ms[1], "kib", ledger->kib[0], ledger->kib[1],
                     "cost_growth", ledger->ms[1] / ledger->ms[0],
                     "memory_growth", ledger->kib[1] / ledger->kib[0]);
  }
  munmap(ledger, sizeof(*ledger));
  return ok;
}
