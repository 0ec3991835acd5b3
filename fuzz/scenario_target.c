#include "scenario_target.h"

#include <stdbool.h>
#include <string.h>

#include "determinism.h"
#include "model.h"
#include "pair.h"
#include "subject.h"
#include "target.h"

static struct pair *pair;
static const struct model_facts *facts;

void scenario_target_start(void) {
  struct certspec_error error;

  determinism_start();
  contract(subject_start(&error), "%s", error.text);
  determinism_begin();
  struct pki *pki = target_load_pki();
  pair = pair_open(pki, &error);
  contract(pair != NULL, "%s", error.text);
  facts = model_facts(subject_version());
}

static bool is_preset(identity which) {
  size_t num;
  enum key_type type = identity_table(&num)[which].type;

  return which == IDENTITY_NONE || type == KEY_ECDSA || type == KEY_RSA;
}

/* What every library takes, and the pair can prepare: half a pair, or one that
 * fits. The rest is for operations: there a refusal can be seen. */
static bool can_be_preset(const struct scenario *scenario) {
  identity certificate = scenario->preset_certificate;
  identity key = scenario->preset_key;

  return is_preset(certificate) && is_preset(key) &&
         (certificate == key || certificate == IDENTITY_NONE ||
          key == IDENTITY_NONE);
}

int scenario_target_read(struct scenario *out, const uint8_t *data,
                         size_t size) {
  char code[SCENARIO_MAX_CODE];
  struct certspec_error error;

  if (size == 0 || size >= sizeof(code) || memchr(data, 0, size) != NULL) {
    return 0;
  }

  /* An editor ends the line. */
  if (data[size - 1] == '\n') {
    size--;
  }
  memcpy(code, data, size);
  code[size] = '\0';
  return scenario_parse(out, code, &error) && can_be_preset(out);
}

static void note(const struct outcome *outcome) {
  for (size_t i = 0; i < outcome->num_steps; i++) {
    const struct outcome_step *step = &outcome->steps[i];
    int seen[] = {step->result,         step->error,
                  (int)step->suspended, (int)step->callback_calls,
                  (int)step->sent,      (int)step->peer,
                  (int)step->verifies,  (int)step->certificates_freed};

    determinism_trace(seen, sizeof(seen));
  }
}

int scenario_target_perform(const struct scenario *scenario) {
  static struct outcome seen; /* too big for a stack with a sanitizer */
  static struct prediction prediction;
  struct outcome_difference difference;
  struct certspec_error error;
  char code[SCENARIO_MAX_CODE];

  determinism_begin();
  if (subject_has(scenario->protocol->feature) != 1 ||
      !model_predict(&prediction, scenario, facts)) {
    return -1;
  }

  scenario_print(code, scenario);
  contract(pair_perform(pair, &seen, scenario, &error), "%s: %s", code,
           error.text);
  note(&seen);
  contract(!model_compare(&difference, &prediction, &seen),
           "%s: step %zu: %s: the model says %s, the library shows %s", code,
           difference.step + 1, difference.name, difference.want,
           difference.got);
  return 0;
}
