#include "explore.h"

#include <string.h>

#include "pair.h"
#include "subject_lack.h"

/* The ways without which |seen| would not be what is predicted. */
static uint64_t needed_ways(const struct scenario *scenario,
                            const struct prediction *prediction,
                            const struct outcome *seen,
                            const struct model_facts *facts) {
  uint64_t needed = 0;

  for (int i = 0; i < NUM_MODEL_WAYS; i++) {
    uint64_t bit = (uint64_t)1 << i;
    struct model_facts others = *facts;
    struct outcome_difference difference;
    struct prediction without;

    others.ways &= ~bit;
    if ((prediction->ways & bit) != 0 &&
        (!model_predict(&without, scenario, &others) ||
         model_compare(&difference, &without, seen))) {
      needed |= bit;
    }
  }
  /* Two that come to the same: neither alone is needed. */
  return needed != 0 ? needed : prediction->ways;
}

static enum explore_answer compare(struct explore_view *out,
                                   const struct scenario *scenario,
                                   const struct prediction *prediction,
                                   const struct model_facts *facts) {
  struct model_facts plain = *facts;
  struct prediction plainly;

  plain.ways = 0;
  if (prediction->ways != 0 && model_predict(&plainly, scenario, &plain) &&
      !model_compare(&out->difference, &plainly, &out->seen)) {
    return EXPLORE_AGREES;
  }
  if (model_compare(&out->difference, prediction, &out->seen)) {
    return EXPLORE_DISAGREES;
  }
  if (prediction->ways == 0) {
    return EXPLORE_AGREES;
  }

  out->ways = needed_ways(scenario, prediction, &out->seen, facts);
  return EXPLORE_KNOWN;
}

enum explore_answer explore_one(struct explore_view *out, struct pair *pair,
                                const struct scenario *scenario,
                                const struct prediction *prediction,
                                const struct model_facts *facts,
                                struct certspec_error *error) {
  subject_lack_forget();
  int performed = pair_perform(pair, &out->seen, scenario, error);

  out->lack = subject_lack();
  if (out->lack != NULL) {
    return EXPLORE_LACKS;
  }
  if (!performed) {
    return EXPLORE_FAULT;
  }
  return compare(out, scenario, prediction, facts);
}

/* Whether |scenario| is possible, and still disagrees about |name|. */
static int disagrees(struct outcome_difference *out, struct pair *pair,
                     const struct scenario *scenario,
                     const struct model_facts *facts, const char *name) {
  struct prediction prediction;
  struct certspec_error error;
  struct explore_view view;

  if (!model_predict(&prediction, scenario, facts) || prediction.endless ||
      explore_one(&view, pair, scenario, &prediction, facts, &error) !=
          EXPLORE_DISAGREES ||
      strcmp(view.difference.name, name) != 0) {
    return 0;
  }

  *out = view.difference;
  return 1;
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
