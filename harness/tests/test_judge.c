#include "judge.h"

#include "planned.h"
#include "seen.h"

static const char STEPS[] =
    "[{\"do\": \"handshake\", \"expect\": {\"return\": 1, \"error\": \"A\"}},"
    " {\"do\": \"read\", \"expect\": {\"return\": 5}}]";

static void start(struct observation *out, const char *unscripted) {
  char line[128];

  observation_start(out);
  seen_add(out,
           "{\"event\": \"step\", \"index\": 0, \"values\":"
           " {\"return\": 1, \"error\": \"A\"}}");
  seen_add(out,
           "{\"event\": \"step\", \"index\": 1, \"values\":"
           " {\"return\": 5}}");
  snprintf(line, sizeof(line),
           "{\"event\": \"end\", \"values\": {\"version\": \"V\","
           " \"unscripted_calls\": %s}}",
           unscripted);
  seen_add(out, line);
}

struct compared {
  json_t *got;
  json_t *want;
  size_t num;
};

static struct compared compare(const char *steps, const char *expect,
                               const char *unscripted) {
  struct planned planned;
  struct observation seen;
  struct compared out;

  planned_make(&planned, steps, expect);
  start(&seen, unscripted);
  judge_compare(&planned.plan, &seen, &out.got, &out.want, &out.num);
  observation_free(&seen);
  plan_free(&planned.plan);
  return out;
}

static void assert_compared(struct compared compared, size_t num,
                            const char *got, const char *want) {
  json_t *wanted_got = json_loads(got, 0, NULL);
  json_t *wanted_want = json_loads(want, 0, NULL);

  assert_int_equal(compared.num, num);
  assert_true(json_equal(compared.got, wanted_got));
  assert_true(json_equal(compared.want, wanted_want));
  json_decref(compared.got);
  json_decref(compared.want);
  json_decref(wanted_got);
  json_decref(wanted_want);
}

static void all_hold(void **state) {
  (void)state;
  assert_compared(compare(STEPS, "{\"version\": \"V\"}", "0"), 4, "{}", "{}");
}

static void some_fail(void **state) {
  static const char steps[] =
      "[{\"expect\": {\"return\": 2, \"error\": \"A\"}},"
      " {\"expect\": {\"data\": \"x\"}}]";

  (void)state;
  assert_compared(compare(steps, "{\"version\": {\"$not\": \"V\"}}", "0"), 4,
                  "{\"steps[0].return\": 1, \"steps[1].data\": \"(no value)\","
                  " \"version\": \"V\"}",
                  "{\"steps[0].return\": 2, \"steps[1].data\": \"x\","
                  " \"version\": {\"$not\": \"V\"}}");
}

static void step_that_was_not_taken(void **state) {
  (void)state;
  assert_compared(compare("[{}, {}, {\"expect\": {\"return\": 1}}]", "{}", "0"),
                  1, "{\"steps[2].return\": \"(no value)\"}",
                  "{\"steps[2].return\": 1}");
}

static void unscripted_calls_fail(void **state) {
  (void)state;
  assert_compared(compare("[]", "{\"version\": \"V\"}", "1"), 1,
                  "{\"unscripted_calls\": 1}", "{\"unscripted_calls\": 0}");
  assert_compared(compare("[]", "{\"unscripted_calls\": 1}", "1"), 1, "{}",
                  "{}");
}

static void nothing_is_evaluated(void **state) {
  (void)state;
  assert_compared(compare("[{}]", "{}", "0"), 0, "{}", "{}");
}

static void observed_values(void **state) {
  struct planned planned;
  struct observation seen;

  (void)state;
  planned_make(&planned,
               "[{\"observe\": [\"return\"]}, {\"observe\": [\"data\"]}]",
               "[\"version\", \"steps[0].error\"]");
  start(&seen, "0");

  json_t *got = judge_observe(&planned.plan, &seen);
  json_t *wanted = json_loads(
      "{\"steps[0].return\": 1,"
      " \"steps[1].data\": \"(no value)\","
      " \"version\": \"V\", \"steps[0].error\": \"A\"}",
      0, NULL);
  assert_true(json_equal(got, wanted));
  json_decref(got);
  json_decref(wanted);
  observation_free(&seen);
  plan_free(&planned.plan);
}

static const struct {
  const char *steps;
  const char *judged;
  const char *cause; /* NULL: it is good */
} plans[] = {
    {STEPS, "{\"version\": \"V\", \"steps[1].return\": 5}", NULL},
    {"[{\"observe\": [\"error\"]}]", "[]", NULL},
    {"[]", "{}", "nothing is expected"},
    {"[{}]", "[]", "nothing is expected"},
    {"[{}]", "{\"eror\": 1}", "topic/case: eror: unknown name"},
    {"[{\"expect\": {\"eror\": 1}}]", "{}", "steps[0].eror: unknown name"},
    {"[{}]", "{\"steps[1].error\": 1}", "there is no such step"},
    {"[{}]", "[\"steps[1].error\"]", "there is no such step"},
    {"[{\"observe\": [\"steps[0].error\"]}]", "[]", "unknown name"},
    {"[]", "[7]", "unknown name"},
    {"[]", "{\"error\": {\"$x\": 1}}", "error: unknown test"},
};

static void check_plan(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof(plans) / sizeof(plans[0]); i++) {
    struct planned planned;
    struct certspec_error error = {0};

    planned_make(&planned, plans[i].steps, plans[i].judged);
    assert_int_equal(judge_check_plan(&planned.plan, &error),
                     plans[i].cause == NULL);
    if (plans[i].cause != NULL &&
        (strstr(error.text, plans[i].cause) == NULL ||
         strstr(error.text, "cases/topic.json:7: ") == NULL)) {
      fail_msg("%s", error.text);
    }
    plan_free(&planned.plan);
  }
}

static void verdicts(void **state) {
  (void)state;
  assert_string_equal(verdict_name(VERDICT_KNOWN_DEVIATION), "known-deviation");
  for (int i = 0; i < VERDICT_COUNT; i++) {
    assert_non_null(verdict_name((enum verdict)i));
  }
  assert_int_equal(verdict_exit(VERDICT_PASS), 0);
  assert_int_equal(verdict_exit(VERDICT_NEW), 0);
  assert_int_equal(verdict_exit(VERDICT_KNOWN_DEVIATION), 0);
  assert_int_equal(verdict_exit(VERDICT_UNEXPECTED_PASS), 1);
  assert_int_equal(verdict_exit(VERDICT_CRASH), 1);
  assert_int_equal(verdict_exit(VERDICT_SERVER_BUG), 3);
  assert_int_equal(verdict_exit(VERDICT_UNSUPPORTED), 89);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(all_hold),
      cmocka_unit_test(some_fail),
      cmocka_unit_test(step_that_was_not_taken),
      cmocka_unit_test(unscripted_calls_fail),
      cmocka_unit_test(nothing_is_evaluated),
      cmocka_unit_test(observed_values),
      cmocka_unit_test(check_plan),
      cmocka_unit_test(verdicts),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
