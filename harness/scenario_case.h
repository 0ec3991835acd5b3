/* scenario_case: a scenario as a case of vectors/, so that what was found in
 * memory can be run, and kept, against a scripted server. */
#ifndef CERTSPEC_SCENARIO_CASE_H
#define CERTSPEC_SCENARIO_CASE_H

#include <jansson.h>

#include "model.h"
#include "scenario.h"

/* scenario_case returns |scenario| as a case with what |prediction| says as
 * its expectations: a documented one when all that was needed for it stands in
 * the manual, else an observed one. NULL when there is no memory. The caller
 * owns it. */
json_t *scenario_case(const struct scenario *scenario,
                      const struct prediction *prediction);

#endif
