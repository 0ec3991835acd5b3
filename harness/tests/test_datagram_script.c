#include "cmocka_all.h"

#include <string.h>

#include "datagram_script.h"

#define NUM(array) (sizeof(array) / sizeof((array)[0]))

static json_t *script_of(const char *text) {
  json_t *script = json_loads(text, JSON_DECODE_ANY, NULL);
  assert_non_null(script);
  return script;
}

static void test_check_takes_every_key(void **state) {
  struct certspec_error error = {""};
  (void)state;
  json_t *script = script_of(
      "{\"drop_sent\": [0, 2], \"drop_received\": [1], \"duplicate_sent\": [],"
      " \"duplicate_received\": [3], \"swap_sent\": [[0, 1]],"
      " \"swap_received\": [[1, 4], [5, 6]], \"mtu\": 300, \"timeout\": 40}");
  assert_true(datagram_script_check(script, "client.datagrams", &error));
  json_decref(script);
}

static void test_check_names_what_is_wrong(void **state) {
  static const struct {
    const char *script;
    const char *cause;
  } ROWS[] = {
      {"[]", "client.datagrams: not an object"},
      {"{\"lose\": [1]}", "client.datagrams: unknown key \"lose\""},
      {"{\"drop_sent\": 1}", "client.datagrams.drop_sent: not a list of"},
      {"{\"drop_sent\": [-1]}", "client.datagrams.drop_sent: not a list of"},
      {"{\"drop_sent\": [\"1\"]}", "client.datagrams.drop_sent: not a list of"},
      {"{\"swap_sent\": [1, 2]}", "client.datagrams.swap_sent: not a list of"},
      {"{\"swap_sent\": [[2, 1]]}", "client.datagrams.swap_sent: not a list"},
      {"{\"swap_sent\": [[1, 1]]}", "client.datagrams.swap_sent: not a list"},
      {"{\"mtu\": 0}", "client.datagrams.mtu: not a number"},
      {"{\"mtu\": 65536}", "client.datagrams.mtu: not a number"},
      {"{\"timeout\": \"1\"}", "client.datagrams.timeout: not a number"},
  };
  (void)state;
  for (size_t i = 0; i < NUM(ROWS); i++) {
    struct certspec_error error = {""};
    json_t *script = script_of(ROWS[i].script);
    assert_false(datagram_script_check(script, "client.datagrams", &error));
    if (strncmp(error.text, ROWS[i].cause, strlen(ROWS[i].cause)) != 0) {
      fail_msg("%s: %s", ROWS[i].script, error.text);
    }
    json_decref(script);
  }
}

static void test_look_ups(void **state) {
  (void)state;
  json_t *script = script_of(
      "{\"drop_sent\": [0, 2], \"swap_sent\": [[1, 4]], \"mtu\": 300}");
  assert_true(datagram_script_lists(script, "drop_sent", 2));
  assert_false(datagram_script_lists(script, "drop_sent", 1));
  assert_false(datagram_script_lists(script, "drop_received", 2));
  assert_int_equal(datagram_script_partner(script, "swap_sent", 0, 1), 4);
  assert_int_equal(datagram_script_partner(script, "swap_sent", 1, 4), 1);
  assert_int_equal(datagram_script_partner(script, "swap_sent", 0, 4), -1);
  assert_int_equal(datagram_script_number(script, "mtu", 7), 300);
  assert_int_equal(datagram_script_number(script, "timeout", 7), 7);
  assert_true(datagram_script_goes_on(script, "drop_sent", 2));
  assert_false(datagram_script_goes_on(script, "drop_sent", 3));
  assert_true(datagram_script_goes_on(script, "swap_sent", 4));
  assert_false(datagram_script_goes_on(script, "swap_sent", 5));
  json_decref(script);
}

static void test_no_script_at_all(void **state) {
  (void)state;
  assert_false(datagram_script_lists(NULL, "drop_sent", 0));
  assert_int_equal(datagram_script_partner(NULL, "swap_sent", 0, 0), -1);
  assert_int_equal(datagram_script_number(NULL, "mtu", 7), 7);
  assert_false(datagram_script_goes_on(NULL, "drop_sent", 0));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_check_takes_every_key),
      cmocka_unit_test(test_check_names_what_is_wrong),
      cmocka_unit_test(test_look_ups),
      cmocka_unit_test(test_no_script_at_all),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
