/* Planted: with three connections or more, too many are unanswered. */
#include "observation.h"

size_t __real_observation_unanswered(const struct observation *observation);
size_t __wrap_observation_unanswered(const struct observation *observation);

size_t __wrap_observation_unanswered(const struct observation *observation) {
  size_t num = __real_observation_unanswered(observation);

  return json_array_size(observation->connections) >= 3 ? num + 4 : num;
}
