#include "explore.h"

#include <string.h>

#include "pair.h"

int explore_one(struct outcome_difference *out, struct pair *pair,
                const struct scenario *scenario,
                const struct prediction *prediction,
                struct certspec_error *error) {
  struct outcome seen;

  if (!pair_perform(pair, &seen, scenario, error)) {
    return -1;
  }
  return !model_compare(out, prediction, &seen);
}

/* Whether |scenario| is possible, and still disagrees about |name|. */
static int disagrees(struct outcome_difference *out, struct pair *pair,
                     const struct scenario *scenario,
                     const struct model_facts *facts, const char *name) {
  struct prediction prediction;
  struct certspec_error error;

  return model_predict(&prediction, scenario, facts) &&
         explore_one(out, pair, scenario, &prediction, &error) == 0 &&
         strcmp(out->name, name) == 0;
}

void explore_reduce(struct scenario *scenario,
                    struct outcome_difference *difference, struct pair *pair,
                    const struct model_facts *facts) {
  const char *name = difference->name;
  struct outcome_difference one;
  struct scenario simpler;
  size_t attempt = 0;
  int is_simpler;

  while ((is_simpler = space_reduce(&simpler, scenario, attempt)) >= 0) {
    if (is_simpler && disagrees(&one, pair, &simpler, facts, name)) {
      *scenario = simpler;
      *difference = one;
      attempt = 0;
    } else {
      attempt++;
    }
  }
}
