/* sequence: any sequence of operations, against the model. */
#include "scenario_target.h"
#include "target.h"

int LLVMFuzzerInitialize(int *argc, char ***argv) {
  (void)argc;
  (void)argv;
  scenario_target_start();
  return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct scenario scenario;

  return scenario_target_read(&scenario, data, size)
             ? scenario_target_perform(&scenario)
             : -1;
}
