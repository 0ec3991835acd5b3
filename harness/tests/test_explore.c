/* The pair against the model, and what explore makes of a disagreement. */
#include "explore.h"

#include <stdio.h>
#include <string.h>

#include "cmocka_all.h"
#include "pair.h"
#include "subject.h"

static struct pki *pki;

static int load(void **state) {
  struct certspec_error error;

  (void)state;
  if (!subject_start(&error)) {
    return -1;
  }
  pki = pki_load(CERTSPEC_SOURCE_DIR "/vectors/pki", &error);
  return pki != NULL ? 0 : -1;
}

static int unload(void **state) {
  (void)state;
  pki_free(pki);
  return 0;
}

static bool is_supported(const struct protocol *protocol) {
  return subject_has(protocol->feature) == 1;
}

static struct explore_setting setting_of(const char *version, unsigned depth) {
  return (struct explore_setting){.pki = pki,
                                  .facts = model_facts(version),
                                  .depth = depth,
                                  .jobs = 2,
                                  .supported = is_supported,
                                  .time_limit = 20};
}

static void explore(struct explore_report *report,
                    const struct explore_setting *setting) {
  struct certspec_error error = {""};

  if (!explore_space(report, setting, &error)) {
    fail_msg("%s", error.text);
  }
}

static void agrees_where_nothing_is_done(void **state) {
  struct explore_setting setting = setting_of(subject_version(), 0);
  struct explore_report report;

  (void)state;
  explore(&report, &setting);
  assert_true(report.size.num_scenarios >= 40);
  assert_int_equal(report.num_performed, report.size.num_scenarios);
  assert_int_equal(report.num_disagreements, 0);
}

/* A model that is wrong about the mismatched key is found out, and what is
 * printed is the least that shows it. */
static void finds_and_reduces_a_disagreement(void **state) {
  struct explore_setting setting = setting_of(subject_version(), 0);
  struct model_facts wrong = *setting.facts;
  struct explore_report report;

  (void)state;
  wrong.mismatch_keeps_certificate = !wrong.mismatch_keeps_certificate;
  setting.facts = &wrong;
  explore(&report, &setting);
  assert_true(report.num_disagreements >= 1);
  assert_int_equal(report.num_found, 1);
  assert_string_equal(report.found[0].code,
                      "TLSv1.3:request:none:none:any:1ef:S");
  assert_string_equal(report.found[0].difference.name, "certificate");
  assert_int_equal(report.found[0].signal, 0);
}

static void takes_as_many_as_the_limit_says(void **state) {
  struct explore_setting setting = setting_of(subject_version(), 2);
  struct explore_report report;

  (void)state;
  setting.limit = 25;
  setting.seed = 7;
  explore(&report, &setting);
  assert_int_equal(report.num_performed, 25);
  assert_int_equal(report.num_disagreements, 0);
}

/* All scenarios beyond the space that random bytes make, in one process: what
 * one leaves behind must not show in the next. */
static void agrees_beyond_the_space(void **state) {
  struct certspec_error error = {""};
  const struct model_facts *facts = model_facts(subject_version());
  struct pair *pair = pair_open(pki, &error);
  unsigned random = 20;
  size_t num_performed = 0;

  (void)state;
  assert_non_null(pair);
  for (size_t round = 0; round < 400; round++) {
    uint8_t bytes[48];
    struct scenario scenario;
    struct prediction prediction;
    struct outcome_difference difference;

    for (size_t i = 0; i < sizeof(bytes); i++) {
      random = random * 1103515245 + 12345;
      bytes[i] = (uint8_t)(random >> 16);
    }
    assert_true(scenario_from_bytes(&scenario, bytes, 10 + round % 30));
    if (!is_supported(scenario.protocol)) {
      continue;
    }
    num_performed++;
    model_repair(&scenario, &prediction, facts);
    int agrees = explore_one(&difference, pair, &scenario, &prediction, &error);
    if (agrees != 1) {
      char code[SCENARIO_MAX_CODE];
      scenario_print(code, &scenario);
      fail_msg("%s: %s: want %s, got %s (%s)", code, difference.name,
               difference.want, difference.got, error.text);
    }
  }
  pair_close(pair);
  assert_true(num_performed >= 100);
}

static void walks_the_same_way_each_time(void **state) {
  struct explore_setting setting = setting_of(subject_version(), 1);
  struct explore_report one;
  struct explore_report two;

  (void)state;
  setting.limit = 40;
  explore(&one, &setting);
  explore(&two, &setting);
  assert_int_equal(one.size.num_scenarios, two.size.num_scenarios);
  assert_int_equal(one.num_performed, two.num_performed);
  assert_int_equal(one.size.num_rules, two.size.num_rules);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(agrees_where_nothing_is_done),
      cmocka_unit_test(finds_and_reduces_a_disagreement),
      cmocka_unit_test(takes_as_many_as_the_limit_says),
      cmocka_unit_test(agrees_beyond_the_space),
      cmocka_unit_test(walks_the_same_way_each_time),
  };
  return cmocka_run_group_tests_name("explore", tests, load, unload);
}
