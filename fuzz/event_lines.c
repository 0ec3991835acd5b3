/* event_lines: lines as they come from the child, and one answer of a server
 * (the last line), into an observation: whatever is in them, the reader
 * survives, and what it can be asked afterwards has an answer or none. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "determinism.h"
#include "observation.h"
#include "target.h"

static const char *const paths[] = {
    "return",
    "callback_calls",
    "callback[0].ca_list",
    "cert_cb[1].state",
    "steps[0].error",
    "server.certificates",
    "server[1].certificate_verify",
};

int LLVMFuzzerInitialize(int *argc, char ***argv) {
  (void)argc;
  (void)argv;
  /* jansson's hash seed: else a table's order differs from run to run. */
  json_object_seed(1);
  return 0;
}

static json_t *read_ladder(const struct observation *observation) {
  char *text = NULL;
  size_t text_len = 0;
  FILE *file = open_memstream(&text, &text_len);

  contract(file != NULL, "memory for a ladder");
  observation_print_ladder(observation, file);
  fclose(file);
  json_t *ladder = json_loadb(text, text_len, 0, NULL);
  free(text);
  return ladder;
}

static void ask(struct observation *observation) {
  size_t num_connections = json_array_size(observation->connections);
  size_t unanswered = observation_unanswered(observation);
  json_t *ladder = read_ladder(observation);

  contract(unanswered <= num_connections, "%zu of %zu connections unanswered",
           unanswered, num_connections);
  contract(json_is_array(ladder), "a ladder is an array");
  determinism_trace(&unanswered, sizeof(unanswered));
  json_decref(ladder);

  for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
    for (long step = -1; step < 2; step++) {
      int found = observation_value(observation, step, paths[i]) != NULL;

      determinism_trace(&found, sizeof(found));
    }
  }
}

static void answer(struct observation *observation, const char *line,
                   size_t len) {
  json_t *value = json_loadb(line, len, 0, NULL);
  size_t before = observation_unanswered(observation);

  for (long id = 0; id < 3; id++) {
    if (value != NULL && observation_answer(observation, id, value)) {
      contract(observation_connection(observation, id) >= 0,
               "only a connection is answered");
      contract(
          !observation_answer(observation, id, value) || json_is_null(value),
          "a connection is answered once");
    }
  }

  contract(observation_unanswered(observation) <= before,
           "an answer leaves no more unanswered");
  json_decref(value);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  const char *text = (const char *)data;
  struct observation observation;

  determinism_begin();
  observation_start(&observation);
  while (size > 0) {
    const char *end = memchr(text, '\n', size);
    size_t len = end == NULL ? size : (size_t)(end - text);
    int taken = observation_add(&observation, text, len);

    determinism_trace(&taken, sizeof(taken));
    if (end == NULL) {
      answer(&observation, text, len);
      break;
    }
    text += len + 1;
    size -= len + 1;
  }

  ask(&observation);
  observation_free(&observation);
  return 0;
}
