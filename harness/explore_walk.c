/* A job: its part of the space. */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "bench_process.h"
#include "explore_job.h"
#include "pair.h"

enum {
  MAX_KINDS = 256,     /* that are told apart */
  LOOK_AT_MEMORY = 16, /* scenarios */
};

/* Disagreements that look alike before they are reduced. */
struct kind {
  struct outcome_difference difference;
  size_t num;
};

/* What a child carries through its walk. */
struct errand {
  const struct exploration *exploration;
  const struct job *job;
  struct pair *pair;
  uint64_t random;
  size_t num_chosen;
  double first_kib; /* what the process held behind its first scenario */
  struct kind kinds[MAX_KINDS];
  size_t num_kinds;
};

void explore_add_lack(struct explore_lack *lacks, size_t *num_lacks,
                      const struct explore_lack *lack) {
  for (size_t i = 0; i < *num_lacks; i++) {
    if (strcmp(lacks[i].what, lack->what) == 0) {
      lacks[i].num_scenarios += lack->num_scenarios;
      return;
    }
  }
  if (*num_lacks < EXPLORE_MAX_LACKS) {
    lacks[(*num_lacks)++] = *lack;
  }
}

static uint64_t next_random(uint64_t *state) { /* splitmix64 */
  uint64_t value = *state += 0x9e3779b97f4a7c15U;

  value = (value ^ value >> 30) * 0xbf58476d1ce4e5b9U;
  value = (value ^ value >> 27) * 0x94d049bb133111ebU;
  return value ^ value >> 31;
}

/* Whether the scenario at |index| is among those that the limit leaves: just
 * so many of all, the same for each job. */
static bool is_chosen(struct errand *errand, size_t index) {
  size_t limit = errand->exploration->setting->limit;
  size_t left = errand->exploration->num_scenarios - index;

  if (limit == 0) {
    return true;
  }
  if (next_random(&errand->random) % left >= limit - errand->num_chosen) {
    return false;
  }

  errand->num_chosen++;
  return true;
}

/* Whether there were enough of the kind of |difference|. */
static bool is_tedious(struct errand *errand,
                       const struct outcome_difference *difference) {
  for (size_t i = 0; i < errand->num_kinds; i++) {
    const struct outcome_difference *known = &errand->kinds[i].difference;

    if (strcmp(known->name, difference->name) == 0 &&
        strcmp(known->want, difference->want) == 0 &&
        strcmp(known->got, difference->got) == 0) {
      return ++errand->kinds[i].num > EXPLORE_SAME_KIND;
    }
  }
  if (errand->num_kinds < MAX_KINDS) {
    errand->kinds[errand->num_kinds++] = (struct kind){*difference, 1};
  }
  return false;
}

static void report(struct errand *errand, const struct scenario *scenario,
                   struct outcome_difference *difference) {
  const struct exploration *exploration = errand->exploration;
  struct explore_found found = {.answer = EXPLORE_DISAGREES};
  struct scenario simple = *scenario;

  errand->job->desk->num_disagreements++;
  if (is_tedious(errand, difference)) {
    return;
  }

  scenario_print(found.first, scenario);
  explore_reduce(&simple, difference, errand->pair,
                 exploration->setting->facts);
  scenario_print(found.code, &simple);
  found.difference = *difference;
  /* Less than PIPE_BUF: it comes in one piece. */
  if (write(exploration->found_write, &found, sizeof(found)) != sizeof(found)) {
    _exit(EXPLORE_EXIT_FAULT);
  }
}

static void note_known(struct desk *desk, uint64_t ways) {
  desk->num_known++;
  for (int i = 0; i < NUM_MODEL_WAYS; i++) {
    desk->num_ways[i] += ways >> i & 1;
  }
}

static void note(struct errand *errand, const struct scenario *scenario,
                 enum explore_answer answer, struct explore_view *view) {
  struct desk *desk = errand->job->desk;

  switch (answer) {
    case EXPLORE_FAULT:
      _exit(EXPLORE_EXIT_FAULT);
    case EXPLORE_DISAGREES:
      report(errand, scenario, &view->difference);
      break;
    case EXPLORE_KNOWN:
      note_known(desk, view->ways);
      break;
    case EXPLORE_LACKS:
      explore_add_lack(desk->lacks, &desk->num_lacks,
                       &(struct explore_lack){view->lack, 1});
      return;
    case EXPLORE_AGREES:
    case EXPLORE_DIED:
    case EXPLORE_ENDLESS:
      break;
  }
  desk->num_performed++;
}

/* Ends the process where it has grown too much. */
static void give_way(struct errand *errand) {
  double growth = errand->exploration->setting->growth;
  struct desk *desk = errand->job->desk;

  if (growth <= 0 || desk->num_done % LOOK_AT_MEMORY != 0) {
    return;
  }

  double kib = bench_process_kib(getpid());
  if (errand->first_kib <= 0) {
    errand->first_kib = kib;
  } else if (kib - errand->first_kib > growth) {
    desk->gives_way = true;
    _exit(EXIT_SUCCESS);
  }
}

static bool perform(void *argument, size_t index,
                    const struct scenario *scenario,
                    const struct prediction *prediction) {
  struct errand *errand = argument;
  const struct job *job = errand->job;
  struct desk *desk = job->desk;
  struct explore_view view;

  if (!is_chosen(errand, index) ||
      index % errand->exploration->num_jobs != job->number ||
      index < job->from) {
    return true;
  }

  desk->index = index;
  scenario_print(desk->code, scenario);
  note(errand, scenario,
       explore_one(&view, errand->pair, scenario, prediction,
                   errand->exploration->setting->facts, &desk->error),
       &view);
  desk->num_done++;
  give_way(errand);
  return true;
}

_Noreturn void explore_walk(const struct exploration *exploration,
                            const struct job *job) {
  struct errand errand = {.exploration = exploration,
                          .job = job,
                          .random = exploration->setting->seed};
  struct space_setting space = {.depth = exploration->setting->depth,
                                .facts = exploration->setting->facts,
                                .supported = exploration->setting->supported};
  struct space_size size;

  prctl(PR_SET_PDEATHSIG, SIGKILL);
  errand.pair = pair_open(exploration->setting->pki, &job->desk->error);
  if (errand.pair == NULL) {
    _exit(EXPLORE_EXIT_FAULT);
  }

  space_walk(&size, &space, perform, &errand);
  pair_close(errand.pair);
  job->desk->is_walk_done = true;
  _exit(EXIT_SUCCESS);
}
