#include <string.h>

#include "space.h"

/* What a value that is not plain is brought back to. */
static void reset(struct scenario *scenario, size_t which) {
  switch (which) {
    case 0:
      scenario->preset_certificate = scenario->preset_key = IDENTITY_NONE;
      scenario->preset_on_ctx = false;
      return;
    case 1:
      scenario->list = LIST_NONE;
      return;
    case 2:
      scenario->algorithms = ALGORITHMS_ANY;
      return;
    case 3:
      scenario->request = REQUEST_PLAIN;
      return;
    case 4:
      scenario->protocol = protocol_find("TLSv1.3");
      return;
    case 5:
      scenario->protocol = protocol_find("TLSv1.2");
      return;
    default:
      return;
  }
}

enum { NUM_RESETS = 6 };

static void drop_answer(struct scenario *scenario, size_t index) {
  scenario->num_answers--;
  memmove(&scenario->answers[index], &scenario->answers[index + 1],
          (scenario->num_answers - index) * sizeof(struct answer));
}

int space_reduce(struct scenario *out, const struct scenario *scenario,
                 size_t attempt) {
  char before[SCENARIO_MAX_CODE];
  char after[SCENARIO_MAX_CODE];

  *out = *scenario;
  if (attempt < scenario->num_operations) {
    scenario_drop_operation(out, attempt);
    return scenario->num_operations > 1;
  }

  attempt -= scenario->num_operations;
  if (attempt < scenario->num_answers) {
    drop_answer(out, attempt);
    return scenario->num_answers > 1;
  }

  attempt -= scenario->num_answers;
  if (attempt >= NUM_RESETS) {
    return -1;
  }

  reset(out, attempt);
  scenario_print(before, scenario);
  scenario_print(after, out);
  /* Never from TLS 1.3 to TLS 1.2: the two would take turns for ever. */
  return strcmp(before, after) != 0 &&
         !(attempt == 5 && strcmp(scenario->protocol->name, "TLSv1.3") == 0);
}
