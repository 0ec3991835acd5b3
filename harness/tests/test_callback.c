#include "callback.h"

#include <openssl/err.h>
#include <string.h>

#include "cmocka_all.h"
#include "loaded_pki.h"

#define NUM(array) (sizeof(array) / sizeof((array)[0]))

/* The returns of the next |num| calls; 99 for a call beyond the script. */
static void assert_returns(const char *answers_text, const int *returns,
                           size_t num) {
  json_t *answers = json_loads(answers_text, 0, NULL);
  struct callback_script script = {.answers = answers};
  for (size_t i = 0; i < num; i++) {
    const json_t *answer = callback_script_next(&script);
    json_int_t value =
        answer != NULL ? json_integer_value(json_object_get(answer, "return"))
                       : 99;
    assert_int_equal(value, returns[i]);
  }
  json_decref(answers);
}

static void test_answers_come_in_order(void **state) {
  static const int WANTED[] = {-1, -1, -1, 0, 1, 99, 99};
  (void)state;
  assert_returns(
      "[{\"return\": -1, \"times\": 3}, {\"return\": 0}, {\"return\": 1}]",
      WANTED, NUM(WANTED));
}

static void test_an_empty_script_has_no_answer(void **state) {
  static const int WANTED[] = {99};
  struct callback_script none = {.answers = NULL};
  (void)state;
  assert_returns("[]", WANTED, NUM(WANTED));
  assert_null(callback_script_next(&none));
}

static int check(const char *text, int with_pair,
                 struct certspec_error *error) {
  json_t *answers = json_loads(text, JSON_DECODE_ANY, NULL);
  assert_non_null(answers);
  int right =
      callback_check_answers(answers, with_pair, pki, "callback", error);
  json_decref(answers);
  return right;
}

static void test_good_answers(void **state) {
  static const char *const TEXTS[] = {
      "[]",
      "[{\"return\": -1, \"times\": 50}]",
      "[{\"return\": \"INT_MIN\"}, {\"return\": \"INT_MAX\"}]",
      "[{\"return\": 1, \"certificate\": \"rsa-leaf\"}]",
      ("[{\"return\": 1, \"certificate\": \"rsa-leaf\","
       "  \"key\": \"rsa-leaf:public\", \"borrow\": true}]"),
      "[{\"select\": [\"rsa-leaf\", \"ecdsa-leaf\"]}]",
      "[{\"return\": -1, \"raise\": [\"ERR_LIB_USER\", \"ERR_LIB_SYS\"]}]",
      "[{\"return\": 0, \"do\": [{\"do\": \"clear\"}]}]",
  };
  (void)state;
  for (size_t i = 0; i < NUM(TEXTS); i++) {
    struct certspec_error error = {""};
    if (!check(TEXTS[i], 1, &error)) {
      fail_msg("%s: %s", TEXTS[i], error.text);
    }
  }
}

static void test_bad_answers_are_named(void **state) {
  static const struct {
    const char *text;
    const char *cause;
  } ROWS[] = {
      {"{}", "callback is no list"},
      {"[1]", "callback[0]: an answer is an object"},
      {"[{\"return\": 1}, {}]", "callback[1]: needs \"return\" or \"select\""},
      {"[{\"return\": 1, \"select\": []}]", "needs \"return\" or \"select\""},
      {"[{\"return\": 2147483648}]", "\"return\" is neither"},
      {"[{\"return\": \"INT\"}]", "\"return\" is neither"},
      {"[{\"return\": 1.5}]", "\"return\" is neither"},
      {"[{\"return\": 1, \"retrun\": 1}]", "unknown key \"retrun\""},
      {"[{\"return\": 1, \"times\": 0}]", "\"times\" is no positive"},
      {"[{\"return\": 1, \"borrow\": 1}]", "\"borrow\" is no boolean"},
      {"[{\"return\": 1, \"certificate\": \"nobody\"}]", "\"nobody\""},
      {"[{\"return\": 1, \"certificate\": \"rsa-leaf:public\"}]",
       "by its PKI name"},
      {"[{\"return\": 1, \"key\": \"nobody:public\"}]", "\"nobody:public\""},
      {"[{\"select\": [\"nobody\"]}]", "\"nobody\""},
      {"[{\"select\": \"rsa-leaf\"}]", "\"select\" is no list"},
      {"[{\"return\": 1, \"raise\": [\"ERR_LIB_SSL\"]}]", "raise[0]"},
      {"[{\"return\": 1, \"raise\": \"ERR_LIB_USER\"}]", "\"raise\" is no"},
      {"[{\"return\": 1, \"do\": {}}]", "\"do\" is no list"},
      {"[{\"return\": 1, \"do\": [{\"do\": \"fly\"}]}]",
       "callback[0]: do[0]: unknown step \"fly\""},
      {"[{\"return\": 1, \"do\": [{\"do\": \"clear\", \"expect\": {}}]}]",
       "expects nothing"},
  };
  (void)state;
  for (size_t i = 0; i < NUM(ROWS); i++) {
    struct certspec_error error = {""};
    if (check(ROWS[i].text, 1, &error) ||
        strstr(error.text, ROWS[i].cause) == NULL) {
      fail_msg("%s: \"%s\"", ROWS[i].text, error.text);
    }
  }
}

static void test_cert_cb_hands_nothing_over(void **state) {
  struct certspec_error error = {""};
  (void)state;
  assert_true(check("[{\"return\": -1}, {\"return\": 1}]", 0, &error));
  assert_false(
      check("[{\"return\": 1, \"certificate\": \"rsa-leaf\"}]", 0, &error));
  assert_false(check("[{\"select\": [\"rsa-leaf\"]}]", 0, &error));
}

static void test_raised_errors_stand_on_the_queue_in_order(void **state) {
  json_t *names = json_pack("[s, s]", "ERR_LIB_USER", "ERR_LIB_SYS");
  (void)state;
  ERR_clear_error();
  callback_raise(names);
  assert_int_equal(ERR_GET_LIB(ERR_get_error()), ERR_LIB_USER);
  assert_int_equal(ERR_GET_LIB(ERR_get_error()), ERR_LIB_SYS);
  assert_int_equal(ERR_get_error(), 0);
  json_decref(names);
  assert_true(callback_is_error("ERR_LIB_USER"));
  assert_false(callback_is_error("ERR_LIB_SSL"));
  assert_false(callback_is_error(NULL));
}

static void test_registered_callbacks_have_names(void **state) {
  SSL_CTX *ctx = SSL_CTX_new(TLS_client_method());
  (void)state;
  assert_non_null(ctx);
  assert_null(callback_registered_name(ctx));
  SSL_CTX_set_client_cert_cb(ctx, callback_client_cert);
  assert_string_equal(callback_registered_name(ctx), "scripted");
  SSL_CTX_set_client_cert_cb(ctx, callback_other_client_cert);
  assert_string_equal(callback_registered_name(ctx), "other");
  SSL_CTX_free(ctx);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_answers_come_in_order),
      cmocka_unit_test(test_an_empty_script_has_no_answer),
      cmocka_unit_test(test_good_answers),
      cmocka_unit_test(test_bad_answers_are_named),
      cmocka_unit_test(test_cert_cb_hands_nothing_over),
      cmocka_unit_test(test_raised_errors_stand_on_the_queue_in_order),
      cmocka_unit_test(test_registered_callbacks_have_names),
  };
  return cmocka_run_group_tests(tests, load_pki, free_pki);
}
