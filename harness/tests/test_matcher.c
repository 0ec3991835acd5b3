#include "matcher.h"

#include "seen.h"

static const struct {
  const char *wanted;
  const char *got; /* NULL: there is no value */
  int holds;
} values[] = {
    {"1", "1", 1},
    {"1", "2", 0},
    {"1", "true", 0},
    {"null", "null", 1},
    {"null", NULL, 0},
    {"[]", "null", 0},
    {"[\"a\", \"b\"]", "[\"a\", \"b\"]", 1},
    {"[\"a\", \"b\"]", "[\"b\", \"a\"]", 0},
    {"{\"a\": 1}", "{\"a\": 1}", 1},
    {"{}", "{\"a\": 1}", 0},
    {"{\"$any_of\": [1, 2]}", "2", 1},
    {"{\"$any_of\": [1, 2]}", "3", 0},
    {"{\"$any_of\": [null]}", NULL, 0},
    {"{\"$any_of\": [{\"$at_least\": 5}, 1]}", "6", 1},
    {"{\"$not\": 1}", "2", 1},
    {"{\"$not\": 1}", "1", 0},
    {"{\"$not\": 1}", NULL, 0},
    {"{\"$not\": {\"$contains\": \"a\"}}", "[\"b\"]", 1},
    {"{\"$not\": {\"$contains\": \"a\"}}", "[\"a\"]", 0},
    {"{\"$at_least\": 3}", "3", 1},
    {"{\"$at_least\": 3}", "2", 0},
    {"{\"$at_least\": 3}", "2.5", 0},
    {"{\"$at_least\": 0}", "\"5\"", 0},
    {"{\"$at_least\": 0}", "null", 0},
    {"{\"$at_most\": 3}", "3", 1},
    {"{\"$at_most\": 3}", "4", 0},
    {"{\"$at_most\": 3}", "null", 0},
    {"{\"$contains\": \"a\"}", "[\"b\", \"a\"]", 1},
    {"{\"$contains\": \"a\"}", "[\"b\"]", 0},
    {"{\"$contains\": \"a\"}", "null", 0},
    {"{\"$contains\": \"ell\"}", "\"hello\"", 1},
    {"{\"$contains\": \"elo\"}", "\"hello\"", 0},
    {"{\"$contains\": 1}", "\"1\"", 0},
    {"{\"$contains\": {\"$starts_with\": \"fatal\"}}", "[\"fatal x\"]", 1},
    {"{\"$contains\": {\"$starts_with\": \"fatal\"}}", "[\"warning\"]", 0},
    {"{\"$starts_with\": \"he\"}", "\"hello\"", 1},
    {"{\"$starts_with\": \"lo\"}", "\"hello\"", 0},
    {"{\"$starts_with\": \"hello!\"}", "\"hello\"", 0},
    {"{\"$starts_with\": \"\"}", "null", 0},
    {"{\"$same_as\": \"ca_list\"}", "[\"ca\"]", 1},
    {"{\"$same_as\": \"ca_list\"}", "[]", 0},
    {"{\"$same_as\": \"server.certificate_authorities\"}", "[\"ca\"]", 1},
    {"{\"$same_as\": \"version\"}", "null", 0},
    {"{\"$same_as\": \"version\"}", NULL, 0},
};

static json_t *parse(const char *text) {
  return text == NULL ? NULL : json_loads(text, JSON_DECODE_ANY, NULL);
}

static void holds(void **state) {
  struct observation seen;

  (void)state;
  observation_start(&seen);
  seen_add(&seen, "{\"event\": \"end\", \"values\": {\"ca_list\": [\"ca\"]}}");
  seen_answer(&seen, 1, "{\"certificate_authorities\": [\"ca\"]}");
  for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
    json_t *wanted = parse(values[i].wanted);
    json_t *got = parse(values[i].got);
    struct certspec_error error;

    assert_int_equal(matcher_check(wanted, EXPECTATION_OF_END, &error), 1);
    if (matcher_holds(wanted, got, &seen, -1) != values[i].holds) {
      fail_msg("%s of %s", values[i].wanted, values[i].got);
    }
    json_decref(wanted);
    json_decref(got);
  }
  observation_free(&seen);
}

static const struct {
  const char *wanted;
  const char *cause;
} malformed[] = {
    {"{\"$around\": 1}", "unknown test \"$around\""},
    {"{\"$not\": 1, \"$any_of\": [1]}", "is not alone"},
    {"{\"$not\": 1, \"a\": 1}", "is not alone"},
    {"{\"a\": 1, \"$not\": 1}", "is not alone"},
    {"{\"$any_of\": []}", "needs a list"},
    {"{\"$any_of\": 1}", "needs a list"},
    {"{\"$any_of\": [{\"$x\": 1}]}", "unknown test"},
    {"{\"$not\": {\"$x\": 1}}", "unknown test"},
    {"{\"$at_least\": \"3\"}", "needs a number"},
    {"{\"$at_most\": null}", "needs a number"},
    {"{\"$starts_with\": 1}", "needs a text"},
    {"{\"$same_as\": 1}", "needs a name"},
    {"{\"$same_as\": \"errors\"}", "unknown name \"errors\""},
    {"[{\"$not\": 1}]", "inside of a value"},
    {"{\"a\": [{\"$not\": 1}]}", "inside of a value"},
};

static void is_malformed(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof(malformed) / sizeof(malformed[0]); i++) {
    json_t *wanted = parse(malformed[i].wanted);
    struct certspec_error error = {0};

    assert_int_equal(matcher_check(wanted, EXPECTATION_OF_END, &error), 0);
    if (strstr(error.text, malformed[i].cause) == NULL) {
      fail_msg("%s: %s", malformed[i].wanted, error.text);
    }
    json_decref(wanted);
  }
}

static void same_as_knows_its_scope(void **state) {
  json_t *wanted = parse("{\"$same_as\": \"steps[0].error\"}");
  struct certspec_error error;

  (void)state;
  assert_int_equal(matcher_check(wanted, EXPECTATION_OF_END, &error), 1);
  assert_int_equal(matcher_check(wanted, EXPECTATION_OF_STEP, &error), 0);
  json_decref(wanted);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(holds),
      cmocka_unit_test(is_malformed),
      cmocka_unit_test(same_as_knows_its_scope),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
