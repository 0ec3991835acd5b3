/* What libFuzzer does to the input of callback and sequence: it changes a
 * scenario, not the text that it is written in. */
#include <limits.h>
#include <string.h>

#include "scenario_target.h"
#include "target.h"

static unsigned choose(unsigned *seed, size_t num) {
  *seed = *seed * 1103515245U + 12345U;
  return (unsigned)((*seed >> 16) % num);
}

static identity any_identity(unsigned *seed) {
  size_t num;

  identity_table(&num);
  return (identity)choose(seed, num);
}

/* Mostly a key that fits. */
static void any_pair(identity *out_certificate, identity *out_key,
                     unsigned *seed) {
  *out_certificate = any_identity(seed);
  *out_key = choose(seed, 3) == 0 ? any_identity(seed) : *out_certificate;
}

/* Half a pair, or one that fits. */
static void any_preset(struct scenario *scenario, unsigned *seed) {
  identity which = any_identity(seed);
  unsigned what = choose(seed, 6);

  scenario->preset_on_ctx = choose(seed, 2) == 0;
  scenario->preset_certificate = what == 0 ? IDENTITY_NONE : which;
  scenario->preset_key = what == 1 ? IDENTITY_NONE : which;
}

static void any_answer(struct answer *out, unsigned *seed) {
  static const int returns[] = {1, 1, -1, -1, 0, 2, -42, INT_MIN, INT_MAX};

  out->returns = returns[choose(seed, sizeof(returns) / sizeof(returns[0]))];
  out->times = 1 + choose(seed, 6) / 4;
  any_pair(&out->certificate, &out->key, seed);
}

static void any_operation(struct operation *out, unsigned *seed) {
  *out = (struct operation){
      .kind = (enum operation_kind)choose(seed, NUM_OPERATION_KINDS)};
  if (out->kind == OPERATION_USE_CERTIFICATE) {
    any_pair(&out->certificate, &out->key, seed);
  }
}

static void change_answers(struct scenario *scenario, unsigned *seed) {
  size_t num = scenario->num_answers;

  scenario->callback = true;
  if (num > 0 && choose(seed, 4) == 0) {
    scenario->num_answers--;
  } else if (num > 0 && (num == SCENARIO_MAX_ANSWERS || choose(seed, 2) == 0)) {
    any_answer(&scenario->answers[choose(seed, num)], seed);
  } else {
    any_answer(&scenario->answers[scenario->num_answers++], seed);
  }
}

static void insert_operation(struct scenario *scenario, unsigned *seed) {
  size_t place = choose(seed, scenario->num_operations + 1);

  memmove(&scenario->operations[place + 1], &scenario->operations[place],
          (scenario->num_operations - place) * sizeof(struct operation));
  scenario->num_operations++;
  any_operation(&scenario->operations[place], seed);
}

static void change_operations(struct scenario *scenario, unsigned *seed) {
  size_t num = scenario->num_operations;

  if (num > 1 && choose(seed, 4) == 0) {
    scenario_drop_operation(scenario, choose(seed, num));
  } else if (num > 0 &&
             (num >= SCENARIO_MAX_OPERATIONS - 1 || choose(seed, 2) == 0)) {
    any_operation(&scenario->operations[choose(seed, num)], seed);
  } else {
    insert_operation(scenario, seed);
  }
}

static void change(struct scenario *scenario, unsigned *seed) {
  size_t num_protocols;
  const struct protocol *protocols = protocol_table(&num_protocols);

  switch (choose(seed, 12)) {
    case 0:
      scenario->protocol = &protocols[choose(seed, num_protocols)];
      return;
    case 1:
      scenario->request = (enum request)choose(seed, NUM_REQUESTS);
      return;
    case 2:
      scenario->list = (enum ca_list)choose(seed, NUM_LISTS);
      return;
    case 3:
      scenario->algorithms = (enum algorithms)choose(seed, NUM_ALGORITHMS);
      return;
    case 4:
      any_preset(scenario, seed);
      return;
    case 5:
      scenario->callback = choose(seed, 4) != 0;
      scenario->num_answers = scenario->callback ? scenario->num_answers : 0;
      return;
    case 6:
    case 7:
    case 8:
      change_answers(scenario, seed);
      return;
    default:
      change_operations(scenario, seed);
      return;
  }
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size,
                               unsigned int seed) {
  struct scenario scenario;
  char code[SCENARIO_MAX_CODE];

  if (!scenario_target_read(&scenario, data, size)) {
    return LLVMFuzzerMutate(data, size, max_size);
  }

  for (unsigned i = 1 + choose(&seed, 3); i > 0; i--) {
    change(&scenario, &seed);
  }
  scenario_print(code, &scenario);
  size_t len = strlen(code);
  if (len > max_size) {
    return size;
  }

  /* NOLINTNEXTLINE(bugprone-not-null-terminated-result): as inputs are. */
  memcpy(data, code, len);
  return len;
}
