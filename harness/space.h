/* space: the scenarios that explore walks through: all within a distance of
 * the plain one (TLS 1.2 or 1.3, a request, a callback that answers with a
 * pair). Each value that is not plain, and each operation, counts one. */
#ifndef CERTSPEC_SPACE_H
#define CERTSPEC_SPACE_H

#include <stdbool.h>
#include <stddef.h>

#include "model.h"
#include "scenario.h"

enum { SPACE_MAX_RULES = 24, SPACE_MAX_DEPTH = 6 };

struct space_setting {
  unsigned depth; /* operations; departures in all: one more */
  const struct model_facts *facts;
  bool (*supported)(const struct protocol *protocol);
};

struct space_rule {
  const char *name; /* why scenarios were left out */
  size_t num_pruned;
};

struct space_size {
  size_t num_scenarios;
  struct space_rule rules[SPACE_MAX_RULES];
  size_t num_rules;
};

/* What space_walk calls: |index| counts the scenarios that can be. False stops
 * the walk. */
typedef bool space_visit(void *argument, size_t index,
                         const struct scenario *scenario,
                         const struct prediction *prediction);

/* space_walk visits every scenario of the space, nearest first, always in the
 * same order, and counts them into |out|. */
void space_walk(struct space_size *out, const struct space_setting *setting,
                space_visit *visit, void *argument);

/* space_reduce tries to make |scenario| simpler in the |attempt|-th way (0
 * first): an operation less, or one value plain. 1 and |out|, 0 when it is
 * plain there already, -1 when there is no such way. */
int space_reduce(struct scenario *out, const struct scenario *scenario,
                 size_t attempt);

#endif
