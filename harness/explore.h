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

struct pair;

enum { EXPLORE_MAX_FOUND = 64, EXPLORE_MAX_LACKS = 16 };

struct explore_setting {
  struct pki *pki;
  const struct model_facts *facts; /* and in what ways it may differ */
  unsigned depth;
  uint64_t seed; /* which scenarios, when they are limited */
  size_t limit;  /* 0: all of them */
  bool (*supported)(const struct protocol *protocol); /* NULL: all */
  size_t jobs;
  double time_limit; /* seconds that one scenario may take */
  double growth;     /* KiB that a job's process may grow by before another
                        takes its place, for a library may leak; 0: any */
  FILE *progress;    /* or NULL */
};

/* How a scenario went. */
enum explore_answer {
  EXPLORE_FAULT = -1, /* of our own */
  EXPLORE_DISAGREES,
  EXPLORE_AGREES,
  EXPLORE_KNOWN,   /* it disagrees, in ways that the library is known for */
  EXPLORE_LACKS,   /* a function that the library has not got */
  EXPLORE_DIED,    /* the library's process, of a signal */
  EXPLORE_ENDLESS, /* a call that did not return in time */
};

/* A disagreement, as simple as it could be made. */
struct explore_found {
  char code[SCENARIO_MAX_CODE]; /* simplified */
  char first[SCENARIO_MAX_CODE];
  enum explore_answer answer;
  struct outcome_difference difference; /* of EXPLORE_DISAGREES */
  int signal; /* of EXPLORE_DIED; 0: the library ended the process itself */
};

/* Scenarios that need what the library has not got. */
struct explore_lack {
  const char *what; /* a function */
  size_t num_scenarios;
};

struct explore_report {
  struct space_size size;
  size_t num_performed;     /* without those that lack something */
  size_t num_disagreements; /* that are not known; |found| has each kind once */
  size_t num_known;         /* that disagree in known ways alone */
  size_t num_ways[NUM_MODEL_WAYS]; /* of those, that need the way */
  struct explore_lack lacks[EXPLORE_MAX_LACKS];
  size_t num_lacks;
  struct explore_found found[EXPLORE_MAX_FOUND];
  size_t num_found;
  size_t num_processes; /* one a job, and one for each that died or grew */
  double seconds;
};

struct explore_view {
  struct outcome_difference difference; /* of EXPLORE_DISAGREES, from all that
                                           is known */
  struct outcome seen;
  uint64_t ways;    /* of EXPLORE_KNOWN: that it needs, 1 << WAY_... */
  const char *lack; /* of EXPLORE_LACKS */
  int signal;       /* of EXPLORE_DIED */
};

/* explore_one performs |scenario|, for which |facts| predict |prediction|, and
 * compares. |error| on a fault. */
enum explore_answer explore_one(struct explore_view *out, struct pair *pair,
                                const struct scenario *scenario,
                                const struct prediction *prediction,
                                const struct model_facts *facts,
                                struct certspec_error *error);

/* explore_apart does the same in a process of its own, which has |time_limit|
 * seconds: nothing that it does to the library, or the library to it, is left.
 * Of the view the members that go with the answer are set. */
enum explore_answer explore_apart(struct explore_view *out, struct pki *pki,
                                  const struct scenario *scenario,
                                  const struct model_facts *facts,
                                  double time_limit,
                                  struct certspec_error *error);

/* explore_reduce makes |scenario|, which disagrees, as simple as it can be
 * while it disagrees in the same member; |difference| follows. */
void explore_reduce(struct scenario *scenario,
                    struct outcome_difference *difference, struct pair *pair,
                    const struct model_facts *facts);

/* explore_reduce_apart does the same to a scenario that ends with |answer|,
 * EXPLORE_DIED or EXPLORE_ENDLESS. */
void explore_reduce_apart(struct scenario *scenario, enum explore_answer answer,
                          struct pki *pki, const struct model_facts *facts,
                          double time_limit);

/* explore_space explores, in |setting->jobs| processes. 1 and |out|, or 0 with
 * |error|. */
int explore_space(struct explore_report *out,
                  const struct explore_setting *setting,
                  struct certspec_error *error);

#endif
