/* explore: walks through the space of scenarios, and holds what the pair shows
 * against what the model says. */
#ifndef CERTSPEC_EXPLORE_H
#define CERTSPEC_EXPLORE_H

#include <stdint.h>
#include <stdio.h>

#include "error.h"
#include "model.h"
#include "outcome.h"
#include "pki.h"
#include "space.h"

enum { EXPLORE_MAX_FOUND = 20 };

struct explore_setting {
  struct pki *pki;
  const struct model_facts *facts;
  unsigned depth;
  uint64_t seed; /* which scenarios, when they are limited */
  size_t limit;  /* 0: all of them */
  bool (*supported)(const struct protocol *protocol); /* NULL: all */
  size_t jobs;
  double time_limit; /* seconds that one scenario may take */
  FILE *progress;    /* or NULL */
};

/* A disagreement, as simple as it could be made. */
struct explore_found {
  char code[SCENARIO_MAX_CODE]; /* simplified */
  char first[SCENARIO_MAX_CODE];
  struct outcome_difference difference;
  int signal; /* that ended it, or 0 */
};

struct explore_report {
  struct space_size size;
  size_t num_performed;
  size_t num_disagreements; /* scenarios; |found| has each kind once */
  struct explore_found found[EXPLORE_MAX_FOUND];
  size_t num_found;
  double seconds;
};

/* explore_one performs |scenario| and compares. 1: they agree; 0: they do not,
 * with |out|; -1: a fault of our own, with |error|. */
struct pair;
int explore_one(struct outcome_difference *out, struct pair *pair,
                const struct scenario *scenario,
                const struct prediction *prediction,
                struct certspec_error *error);

/* explore_reduce makes |scenario|, which disagrees, as simple as it can be
 * while it disagrees in the same member; |difference| follows. */
void explore_reduce(struct scenario *scenario,
                    struct outcome_difference *difference, struct pair *pair,
                    const struct model_facts *facts);

/* explore_space explores, in |setting->jobs| processes. 1 and |out|, or 0 with
 * |error|. */
int explore_space(struct explore_report *out,
                  const struct explore_setting *setting,
                  struct certspec_error *error);

#endif
