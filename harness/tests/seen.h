/* seen: an observation as a test wants it, from event lines and answers. */
#ifndef CERTSPEC_TESTS_SEEN_H
#define CERTSPEC_TESTS_SEEN_H

#include <string.h>

#include "cmocka_all.h"
#include "observation.h"

/* seen_add adds the event |line|, which must be one. */
static inline void seen_add(struct observation *seen, const char *line) {
  if (!observation_add(seen, line, strlen(line))) {
    fail_msg("no event: %s", line);
  }
}

/* seen_answer adds connection |id| with the answer |text| of the server. */
static inline void seen_answer(struct observation *seen, long id,
                               const char *text) {
  char line[64];
  json_t *answer = json_loads(text, 0, NULL);

  snprintf(line, sizeof(line), "{\"event\": \"connection\", \"id\": %ld}", id);
  seen_add(seen, line);
  assert_int_equal(observation_answer(seen, id, answer), 1);
  json_decref(answer);
}

#endif
