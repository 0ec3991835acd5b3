/* plan_scenario: a case's plan as a scenario, so that the model can be held
 * against what the cases promise. */
#ifndef CERTSPEC_PLAN_SCENARIO_H
#define CERTSPEC_PLAN_SCENARIO_H

#include <stddef.h>

#include "case.h"
#include "scenario.h"

enum { PLAN_MAX_STEPS = 64 };

struct plan_scenario {
  struct scenario scenario;
  /* The number of operations done after each step of the plan. */
  size_t done[PLAN_MAX_STEPS];
  size_t num_steps;
};

/* plan_scenario translates |plan|. 1, or 0 with |out_reason|: what scenarios
 * do not have; static storage. */
int plan_scenario(struct plan_scenario *out, const struct certspec_plan *plan,
                  const char **out_reason);

#endif
