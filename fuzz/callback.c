/* callback: any script of the callback, in one handshake that is called until
 * it ends: what each single call shows, against the model. The operations of
 * the input are not performed. */
#include "scenario_target.h"
#include "target.h"

enum { NUM_CALLS = 6 }; /* one by one; the rest is settled at once */

int LLVMFuzzerInitialize(int *argc, char ***argv) {
  (void)argc;
  (void)argv;
  scenario_target_start();
  return 0;
}

static void call(struct scenario *scenario, size_t num_calls) {
  for (size_t i = 0; i < num_calls; i++) {
    scenario->operations[i] = (struct operation){.kind = OPERATION_CALL};
  }
  scenario->operations[num_calls] =
      (struct operation){.kind = OPERATION_SETTLE};
  scenario->num_operations = num_calls + 1;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct scenario scenario;

  if (!scenario_target_read(&scenario, data, size)) {
    return -1;
  }

  /* As many single calls as the handshake takes: the model says how many that
   * can be. */
  for (size_t num_calls = NUM_CALLS + 1; num_calls > 0; num_calls--) {
    call(&scenario, num_calls - 1);
    if (scenario_target_perform(&scenario) == 0) {
      return 0;
    }
  }

  return -1;
}
