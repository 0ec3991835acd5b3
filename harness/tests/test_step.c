#include "step.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmocka_all.h"
#include "loaded_pki.h"

#define NUM(array) (sizeof(array) / sizeof((array)[0]))

static int check(const char *text, struct certspec_error *error) {
  json_t *step = json_loads(text, 0, NULL);
  assert_non_null(step);
  int right = step_check(step, 0, pki, "steps[2]", error);
  json_decref(step);
  return right;
}

static void test_every_step_has_one_name_and_says_what_it_does(void **state) {
  size_t num;
  const struct step_about *steps = client_steps(&num);
  (void)state;
  assert_true(num > 20);
  for (size_t i = 0; i < num; i++) {
    assert_true(strlen(steps[i].name) > 0);
    assert_true(strlen(steps[i].about) > 0);
    for (size_t k = 0; k < i; k++) {
      assert_string_not_equal(steps[i].name, steps[k].name);
    }
  }
}

/* Each key that a row lists is one that the check knows: it may find the value
 * wrong, but not the key. */
static void test_every_listed_key_is_known(void **state) {
  size_t num;
  size_t num_keys = 0;
  const struct step_about *steps = client_steps(&num);
  (void)state;
  for (size_t i = 0; i < num; i++) {
    char *keys = strdup(steps[i].keys);
    char *rest = keys;
    for (char *key = strsep(&rest, " "); key != NULL && *key != '\0';
         key = strsep(&rest, " ")) {
      struct certspec_error error = {""};
      json_t *step = json_pack("{s:s, s:{}}", "do", steps[i].name, key);
      step_check(step, 0, pki, "", &error);
      if (strstr(error.text, "takes no key") != NULL) {
        fail_msg("%s: %s", steps[i].name, error.text);
      }
      num_keys++;
      json_decref(step);
    }
    free(keys);
  }
  assert_true(num_keys > 20);
}

static void test_good_steps(void **state) {
  static const char *const TEXTS[] = {
      "{\"do\": \"handshake\", \"ssl\": \"b\", \"expect\": {\"return\": 1}}",
      "{\"do\": \"handshake\", \"keep_errors\": true, \"times\": 2}",
      "{\"do\": \"read\", \"bytes\": 10}",
      "{\"do\": \"reconnect\", \"resume\": true, \"server\": {\"tickets\": 1}}",
      "{\"do\": \"set_callback\", \"to\": null}",
      "{\"do\": \"set_callback\", \"to\": \"other\", \"ctx\": \"b\"}",
      ("{\"do\": \"use_certificate\", \"certificate\": \"rsa-leaf\","
       " \"on\": \"ctx\"}"),
      "{\"do\": \"set1_chain\", \"chain\": [\"rsa-intermediate-2\"]}",
      "{\"do\": \"wait\", \"for\": \"data\"}",
      "{\"do\": \"raise\", \"errors\": [\"ERR_LIB_USER\"]}",
  };
  (void)state;
  for (size_t i = 0; i < NUM(TEXTS); i++) {
    struct certspec_error error = {""};
    if (!check(TEXTS[i], &error)) {
      fail_msg("%s: %s", TEXTS[i], error.text);
    }
  }
}

static void test_bad_steps_are_named(void **state) {
  static const struct {
    const char *text;
    const char *cause;
  } ROWS[] = {
      {"{}", "steps[2]: unknown step \"\""},
      {"{\"do\": \"hand-shake\"}", "steps[2]: unknown step \"hand-shake\""},
      {"{\"do\": \"handshake\", \"bytes\": 1}",
       "\"handshake\" takes no key \"bytes\""},
      {"{\"do\": \"handshake\", \"expct\": {}}", "takes no key \"expct\""},
      {"{\"do\": \"read\", \"bytes\": \"1\"}", "steps[2].bytes: not the right"},
      {"{\"do\": \"set_callback\"}", "\"set_callback\" needs \"to\""},
      {"{\"do\": \"set_callback\", \"to\": \"first\"}", "steps[2].to: not"},
      {"{\"do\": \"use_certificate\"}", "needs \"certificate\""},
      {"{\"do\": \"use_certificate\", \"certificate\": \"nobody\"}",
       "no certificate \"nobody\""},
      {"{\"do\": \"use_private_key\", \"key\": 1}", "by its PKI name"},
      {"{\"do\": \"use_private_key\", \"key\": \"rsa-leaf\", \"on\": \"CTX\"}",
       "steps[2].on: not"},
      {"{\"do\": \"set1_chain\", \"chain\": \"rsa-leaf\"}",
       "steps[2].chain: not a list"},
      {"{\"do\": \"wait\", \"for\": \"ever\"}", "steps[2].for: not"},
      {"{\"do\": \"raise\", \"errors\": [\"ERR_LIB_SSL\"]}",
       "steps[2].errors: not"},
      {"{\"do\": \"reconnect\", \"server\": []}", "steps[2].server: not"},
      {"{\"do\": \"handshake\", \"ssl\": 1}", "steps[2].ssl: not"},
  };
  (void)state;
  for (size_t i = 0; i < NUM(ROWS); i++) {
    struct certspec_error error = {""};
    if (check(ROWS[i].text, &error) ||
        strstr(error.text, ROWS[i].cause) == NULL) {
      fail_msg("%s: \"%s\"", ROWS[i].text, error.text);
    }
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_every_step_has_one_name_and_says_what_it_does),
      cmocka_unit_test(test_every_listed_key_is_known),
      cmocka_unit_test(test_good_steps),
      cmocka_unit_test(test_bad_steps_are_named),
  };
  return cmocka_run_group_tests(tests, load_pki, free_pki);
}
