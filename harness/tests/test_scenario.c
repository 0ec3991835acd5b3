#include "scenario.h"

#include <string.h>

#include "cmocka_all.h"

static void comes_back_as_it_was_written(void **state) {
  static const char *const codes[] = {
      "TLSv1.3:request:none:none:any:1ee:S",
      "DTLSv1.2:none:ctx=ff:empty:ecdsa:null:hhNCS",
      "TLSv1:require:ssl=f.:one:any:-1*2,-42ee,0,1.e,2rr:SlwmdxkrS",
      "TLSv1.2:later:ssl=.f:several:rsa::uffuf.u.fpbS",
  };

  (void)state;
  for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
    struct certspec_error error = {""};
    struct scenario scenario;
    char code[SCENARIO_MAX_CODE];

    if (!scenario_parse(&scenario, codes[i], &error)) {
      fail_msg("%s", error.text);
    }
    scenario_print(code, &scenario);
    assert_string_equal(code, codes[i]);
  }
}

static void says_what_is_wrong_with_a_code(void **state) {
  static const struct {
    const char *code;
    const char *cause;
  } wrong[] = {
      {"", "\"\" is no PROTOCOL"},
      {"QUICv1:request:none:none:any:1ee:S", "\"QUICv1\" is no PROTOCOL"},
      {"TLSv1.3", "it has no REQUEST"},
      {"TLSv1.3:x:none:none:any:1ee:S", "\"x\" is no REQUEST"},
      {"TLSv1.3:request:ctx=f:none:any:1ee:S", "\"ctx=f\" is no PRESET"},
      {"TLSv1.3:request:ctx=ffe:none:any:1ee:S", "\"ctx=ffe\" is no PRESET"},
      {"TLSv1.3:request:none:two:any:1ee:S", "\"two\" is no LIST"},
      {"TLSv1.3:request:none:none:md5:1ee:S", "\"md5\" is no ALGORITHMS"},
      {"TLSv1.3:request:none:none:any:1e:S", "\"1e\" is no SCRIPT"},
      {"TLSv1.3:request:none:none:any:ee:S", "\"ee\" is no SCRIPT"},
      {"TLSv1.3:request:none:none:any:1ee*0:S", "\"1ee*0\" is no SCRIPT"},
      {"TLSv1.3:request:none:none:any:99999999999:S",
       "\"99999999999\" is no SCRIPT"},
      {"TLSv1.3:request:none:none:any:1ee:uS", "\"uS\" is no OPERATIONS"},
      {"TLSv1.3:request:none:none:any:1ee:z", "\"z\" is no OPERATIONS"},
      {"TLSv1.3:request:none:none:any:1ee:S:S", "\"S\" too many"},
  };

  (void)state;
  for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
    struct certspec_error error = {""};
    struct scenario scenario;

    assert_false(scenario_parse(&scenario, wrong[i].code, &error));
    if (strstr(error.text, wrong[i].cause) == NULL) {
      fail_msg("\"%s\" does not say: %s", error.text, wrong[i].cause);
    }
  }
}

static void has_no_room_for_endless_codes(void **state) {
  struct certspec_error error = {""};
  struct scenario scenario;
  char code[SCENARIO_MAX_CODE + 32] = "TLSv1.3:request:none:none:any:1ee:";
  size_t len = strlen(code);

  (void)state;
  memset(code + len, 'h', SCENARIO_MAX_OPERATIONS + 1);
  assert_false(scenario_parse(&scenario, code, &error));
  memset(code + len, 'h', sizeof(code) - len - 1);
  assert_false(scenario_parse(&scenario, code, &error));
  assert_string_equal(error.text, "the scenario's code is too long");
}

static void answers_as_the_script_goes(void **state) {
  struct certspec_error error;
  struct scenario scenario;

  (void)state;
  assert_true(scenario_parse(
      &scenario, "TLSv1.3:request:none:none:any:-1*2,1ef:S", &error));
  assert_int_equal(scenario_answer(&scenario, 0).returns, -1);
  assert_int_equal(scenario_answer(&scenario, 1).returns, -1);
  assert_int_equal(scenario_answer(&scenario, 2).returns, 1);
  assert_int_equal(scenario_answer(&scenario, 2).certificate,
                   identity_find("ecdsa-leaf"));
  assert_int_equal(scenario_answer(&scenario, 2).key,
                   identity_find("ecdsa-leaf-2"));
  assert_int_equal(scenario_answer(&scenario, 3).returns, 0);
  assert_int_equal(scenario_answer(&scenario, 3).certificate, IDENTITY_NONE);
}

static void knows_identities_by_name(void **state) {
  (void)state;
  assert_int_equal(identity_find(NULL), IDENTITY_NONE);
  assert_int_equal(identity_find("nobody"), IDENTITY_UNKNOWN);
  assert_int_not_equal(identity_find("rsa-leaf"), IDENTITY_UNKNOWN);
}

/* Whatever the bytes, the scenario has a code that can be read. */
static void is_made_of_any_bytes(void **state) {
  uint8_t bytes[64] = {0};
  unsigned random = 1;

  (void)state;
  assert_false(scenario_from_bytes(&(struct scenario){0}, bytes, 3));
  for (size_t round = 0; round < 20000; round++) {
    struct certspec_error error = {""};
    struct scenario made;
    struct scenario read;
    char code[SCENARIO_MAX_CODE];
    char again[SCENARIO_MAX_CODE];

    for (size_t i = 0; i < sizeof(bytes); i++) {
      random = random * 1103515245 + 12345;
      bytes[i] = (uint8_t)(random >> 16);
    }
    assert_true(scenario_from_bytes(&made, bytes, 8 + round % 56));
    scenario_print(code, &made);
    if (!scenario_parse(&read, code, &error)) {
      fail_msg("%s", error.text);
    }
    scenario_print(again, &read);
    assert_string_equal(again, code);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(comes_back_as_it_was_written),
      cmocka_unit_test(says_what_is_wrong_with_a_code),
      cmocka_unit_test(has_no_room_for_endless_codes),
      cmocka_unit_test(answers_as_the_script_goes),
      cmocka_unit_test(knows_identities_by_name),
      cmocka_unit_test(is_made_of_any_bytes),
  };
  return cmocka_run_group_tests_name("scenario", tests, NULL, NULL);
}
