#include "scenario_target.h"

#include <stdbool.h>
#include <string.h>

#include "determinism.h"
#include "loans.h"
#include "model.h"
#include "pair.h"
#include "sharing.h"
#include "subject.h"
#include "target.h"

enum { ALL_ANEW = 16 }; /* one scenario of so many shares nothing */

static struct pair *pair;
static const struct model_facts *facts;

/* What either end is sent. */
static void share_certificates(struct pki *pki) {
  size_t num;
  const struct identity_about *table = identity_table(&num);

  sharing_add(pki, "server-ecdsa");
  for (size_t i = 0; i < num; i++) {
    if (i != IDENTITY_NONE) {
      sharing_add(pki, table[i].name);
    }
  }
}

void scenario_target_start(void) {
  struct certspec_error error;

  determinism_start();
  contract(subject_start(&error), "%s", error.text);
  determinism_begin();
  struct pki *pki = target_load_pki();
  pair = pair_open(pki, &error);
  contract(pair != NULL, "%s", error.text);
  facts = model_facts(subject_version());
  if (!subject_is_fork()) {
    share_certificates(pki);
    loans_start(pki);
  }
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

/* By the scenario's text alone, so that it is the same each time. */
static bool shares(const char *code) {
  determinism_begin();
  determinism_trace(code, strlen(code));
  return determinism_digest() % ALL_ANEW != 0;
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
  loans_begin(pair, sharing_begin(shares(code)));
  determinism_begin();
  contract(pair_perform(pair, &seen, scenario, &error), "%s: %s", code,
           error.text);
  loans_end();
  sharing_end();
  note(&seen);
  contract(!model_compare(&difference, &prediction, &seen),
           "%s: step %zu: %s: the model says %s, the library shows %s", code,
           difference.step + 1, difference.name, difference.want,
           difference.got);
  return 0;
}
