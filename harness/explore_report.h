/* explore_report: what an exploration found, in words and as JSON. */
#ifndef CERTSPEC_EXPLORE_REPORT_H
#define CERTSPEC_EXPLORE_REPORT_H

#include <jansson.h>
#include <stdbool.h>

#include "explore.h"
#include "known_way.h"

/* explore_print prints |report|: each disagreement with what can be pasted and
 * a case; unless |quiet|, also what was left out and the |known| ways; those
 * that are |gone|; and one line that says it all. */
void explore_print(const struct explore_report *report,
                   const struct explore_setting *setting,
                   const struct known_ways *known,
                   const struct known_ways *gone, bool quiet);

/* explore_describe returns the same as JSON. The caller owns it. */
json_t *explore_describe(const struct explore_report *report,
                         const struct explore_setting *setting,
                         const struct known_ways *gone);

/* explore_print_one prints how one scenario went. Returns the exit code. */
int explore_print_one(const struct scenario *scenario,
                      const struct prediction *prediction,
                      enum explore_answer answer,
                      const struct explore_view *view,
                      const struct known_ways *known);

/* explore_print_json prints |value| and frees it. */
void explore_print_json(json_t *value);

#endif
