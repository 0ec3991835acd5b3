/* What the answers of a callback may be. */
#include <stdio.h>
#include <string.h>

#include "callback.h"
#include "client_keys.h"
#include "step.h"

static const char *const ANSWER_KEYS[] = {
    "return", "times", "certificate", "key", "borrow", "select", "raise", "do",
};

static int is_answer_key(const char *key) {
  for (size_t i = 0; i < sizeof(ANSWER_KEYS) / sizeof(ANSWER_KEYS[0]); i++) {
    if (strcmp(ANSWER_KEYS[i], key) == 0) {
      return 1;
    }
  }
  return 0;
}

/* Checks "return" and "select": one of them, not both. */
static int check_return(const json_t *answer, const struct pki *pki,
                        const char *place, struct certspec_error *error) {
  const json_t *select = json_object_get(answer, "select");
  const json_t *value = json_object_get(answer, "return");
  int number;
  if ((select != NULL) == (value != NULL)) {
    return certspec_error_set(error, NULL, 0,
                              "%s: needs \"return\" or \"select\"", place);
  }

  if (value != NULL && !callback_return_value(value, &number)) {
    return certspec_error_set(
        error, NULL, 0,
        "%s: \"return\" is neither an integer nor \"INT_MIN\", \"INT_MAX\"",
        place);
  }

  if (select != NULL && !json_is_array(select)) {
    return certspec_error_set(error, NULL, 0, "%s: \"select\" is no list",
                              place);
  }

  size_t i;
  const json_t *name;
  json_array_foreach(select, i, name) {
    if (!client_check_certificate(name, pki, place, error)) {
      return 0;
    }
  }
  return 1;
}

static int check_pair(const json_t *answer, int with_pair,
                      const struct pki *pki, const char *place,
                      struct certspec_error *error) {
  const json_t *certificate = json_object_get(answer, "certificate");
  const json_t *key = json_object_get(answer, "key");
  if (!with_pair && (certificate != NULL || key != NULL ||
                     json_object_get(answer, "select") != NULL)) {
    return certspec_error_set(
        error, NULL, 0, "%s: cert_cb has no certificate to hand over", place);
  }

  return (certificate == NULL ||
          client_check_certificate(certificate, pki, place, error)) &&
         (key == NULL || client_check_key(key, pki, place, error));
}

static int check_steps(const json_t *answer, const struct pki *pki,
                       const char *place, struct certspec_error *error) {
  const json_t *steps = json_object_get(answer, "do");
  size_t i;
  const json_t *step;
  if (steps != NULL && !json_is_array(steps)) {
    return certspec_error_set(error, NULL, 0, "%s: \"do\" is no list", place);
  }

  json_array_foreach(steps, i, step) {
    char inner[256];
    snprintf(inner, sizeof(inner), "%.200s: do[%zu]", place, i);
    if (!step_check(step, 1, pki, inner, error)) {
      return 0;
    }
  }
  return 1;
}

static int check_answer(const json_t *answer, int with_pair,
                        const struct pki *pki, const char *place,
                        struct certspec_error *error) {
  const char *key;
  json_t *value;
  if (!json_is_object(answer)) {
    return certspec_error_set(error, NULL, 0, "%s: an answer is an object",
                              place);
  }

  json_object_foreach((json_t *)answer, key, value) {
    if (!is_answer_key(key)) {
      return certspec_error_set(error, NULL, 0, "%s: unknown key \"%s\"", place,
                                key);
    }
  }

  const json_t *times = json_object_get(answer, "times");
  if (times != NULL && json_integer_value(times) < 1) {
    return certspec_error_set(error, NULL, 0,
                              "%s: \"times\" is no positive integer", place);
  }

  const json_t *borrow = json_object_get(answer, "borrow");
  if (borrow != NULL && !json_is_boolean(borrow)) {
    return certspec_error_set(error, NULL, 0, "%s: \"borrow\" is no boolean",
                              place);
  }

  const json_t *raise = json_object_get(answer, "raise");
  size_t i;
  json_array_foreach(raise, i, value) {
    if (!callback_is_error(json_string_value(value))) {
      return certspec_error_set(error, NULL, 0, "%s: raise[%zu] is unknown",
                                place, i);
    }
  }
  if (raise != NULL && !json_is_array(raise)) {
    return certspec_error_set(error, NULL, 0, "%s: \"raise\" is no list",
                              place);
  }

  return check_return(answer, pki, place, error) &&
         check_pair(answer, with_pair, pki, place, error) &&
         check_steps(answer, pki, place, error);
}

int callback_check_answers(const json_t *answers, int with_pair,
                           const struct pki *pki, const char *place,
                           struct certspec_error *error) {
  if (!json_is_array(answers)) {
    return certspec_error_set(error, NULL, 0, "%s is no list", place);
  }

  size_t i;
  const json_t *answer;
  json_array_foreach(answers, i, answer) {
    char inner[256];
    snprintf(inner, sizeof(inner), "%.200s[%zu]", place, i);
    if (!check_answer(answer, with_pair, pki, inner, error)) {
      return 0;
    }
  }
  return 1;
}
