/* scenario_target: a scenario, performed on a pair in memory, shows what the
 * model says; everything that the callback gave is freed at its end. */
#ifndef CERTSPEC_FUZZ_SCENARIO_TARGET_H
#define CERTSPEC_FUZZ_SCENARIO_TARGET_H

#include <stdint.h>

#include "scenario.h"

/* scenario_target_start makes what all inputs share. Aborts when it cannot. */
void scenario_target_start(void);

/* scenario_target_read reads an input: a scenario's code, one line of text. 1,
 * or 0 when it is none, or has a preset that cannot be prepared. */
int scenario_target_read(struct scenario *out, const uint8_t *data,
                         size_t size);

/* scenario_target_perform performs |scenario| and compares, and aborts where
 * they differ. 0, or -1 when the scenario cannot be, or needs what this libssl
 * lacks. */
int scenario_target_perform(const struct scenario *scenario);

#endif
