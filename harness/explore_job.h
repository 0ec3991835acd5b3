/* explore_job: what the parent of an exploration and its jobs share. Only for
 * explore_jobs.c and explore_walk.c. */
#ifndef CERTSPEC_EXPLORE_JOB_H
#define CERTSPEC_EXPLORE_JOB_H

#include <sys/types.h>

#include "explore.h"

enum {
  EXPLORE_MAX_JOBS = 64,
  EXPLORE_EXIT_FAULT = 3,
  EXPLORE_SAME_KIND = 2, /* scenarios that are reduced of each kind */
};

/* Written by the child, read by the parent. */
struct desk {
  size_t index;    /* of the scenario under way */
  size_t num_done; /* whatever came of it: a sign of life */
  size_t num_performed;
  size_t num_disagreements;
  size_t num_known;
  size_t num_ways[NUM_MODEL_WAYS];
  struct explore_lack lacks[EXPLORE_MAX_LACKS];
  size_t num_lacks;
  bool gives_way;    /* the process ended, for another to go on */
  bool is_walk_done; /* else whoever ended the process was not we */
  char code[SCENARIO_MAX_CODE];
  struct certspec_error error;
};

struct job {
  struct desk *desk;
  pid_t pid; /* 0: it has ended */
  size_t number;
  size_t from; /* scenarios before are done */
  size_t num_seen;
  double since;
  bool killed; /* for it took too long */
};

struct exploration {
  const struct explore_setting *setting;
  struct explore_report *out;
  size_t num_scenarios; /* of the space */
  struct job jobs[EXPLORE_MAX_JOBS];
  size_t num_jobs;
  size_t num_running;
  int found_read;
  int found_write;
  double began;
};

/* explore_walk is what the process of |job| does; it does not return. */
_Noreturn void explore_walk(const struct exploration *exploration,
                            const struct job *job);

/* explore_add_lack counts |lack| among |lacks|, each function once. */
void explore_add_lack(struct explore_lack *lacks, size_t *num_lacks,
                      const struct explore_lack *lack);

#endif
