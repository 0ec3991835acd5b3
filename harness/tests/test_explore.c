/* The pair against the model, and what explore makes of a disagreement. */
#include "explore.h"

#include <stdio.h>
#include <string.h>

#include "cmocka_all.h"
#include "explore_job.h"
#include "loaded_pki.h"
#include "pair.h"
#include "subject_lack.h"

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
  assert_int_equal(report.found[0].answer, EXPLORE_DISAGREES);
}

/* A way that the library is said to have, and has not, hides nothing and is not
 * counted: what the plain model says comes first. */
static void a_way_that_is_not_needed_changes_nothing(void **state) {
  struct explore_setting setting = setting_of(subject_version(), 0);
  struct model_facts facts = *setting.facts;
  struct explore_report report;

  (void)state;
  facts.ways = (uint64_t)1 << WAY_ABOVE_ONE_IS_ONE;
  setting.facts = &facts;
  explore(&report, &setting);
  assert_int_equal(report.num_disagreements, 0);
  assert_int_equal(report.num_known, 0);
  assert_int_equal(report.num_ways[WAY_ABOVE_ONE_IS_ONE], 0);
}

/* All that is not as predicted can be listed, not the first alone. */
static void lists_every_difference(void **state) {
  struct outcome one = {.num_steps = 2};
  struct outcome two = {.num_steps = 2};
  struct outcome_difference difference;
  size_t at = 0;

  (void)state;
  two.steps[0].failed = 1;
  two.steps[1].keys_freed = 2;
  assert_true(outcome_compare_next(&difference, &one, &two, &at));
  assert_string_equal(difference.name, "failed");
  assert_true(outcome_compare_next(&difference, &one, &two, &at));
  assert_int_equal(difference.step, 1);
  assert_string_equal(difference.name, "keys_freed");
  assert_false(outcome_compare_next(&difference, &one, &two, &at));

  at = 0;
  two.unseen = outcome_bit("failed");
  assert_true(outcome_compare_next(&difference, &one, &two, &at));
  assert_string_equal(difference.name, "keys_freed");
}

/* A process that has grown makes room for another: no scenario is lost, and
 * none performed twice. */
static void goes_on_in_another_process(void **state) {
  struct explore_setting setting = setting_of(subject_version(), 1);
  struct explore_report report;

  (void)state;
  setting.growth = 1;
  setting.limit = 800; /* close enough that one lost would show */
  explore(&report, &setting);
  assert_int_equal(report.num_performed, 800);
  assert_int_equal(report.num_disagreements, 0);
  assert_true(report.num_processes > setting.jobs);
}

/* What the callback does with a library that has no such function. */
static X509 *lack_certificate(identity which) {
  (void)which;
  subject_lacks("SSL_of_no_library");
  return NULL;
}

static EVP_PKEY *no_key(identity which) {
  (void)which;
  return NULL;
}

/* What the library lacks is neither agreement nor disagreement, and is
 * forgotten before the next scenario. */
static void tells_what_is_lacking(void **state) {
  static const struct pair_loans loans = {.certificate = lack_certificate,
                                          .key = no_key};
  const struct model_facts *facts = model_facts(subject_version());
  struct certspec_error error = {""};
  struct pair *pair = pair_open(pki, &error);
  struct prediction prediction;
  struct explore_view view;
  struct scenario scenario;

  (void)state;
  assert_non_null(pair);
  assert_true(
      scenario_parse(&scenario, "TLSv1.2:request:none:none:any:1ee:S", &error));
  assert_true(model_predict(&prediction, &scenario, facts));
  pair_borrow(pair, &loans);
  assert_int_equal(
      explore_one(&view, pair, &scenario, &prediction, facts, &error),
      EXPLORE_LACKS);
  assert_string_equal(view.lack, "SSL_of_no_library");

  pair_borrow(pair, NULL);
  assert_int_equal(
      explore_one(&view, pair, &scenario, &prediction, facts, &error),
      EXPLORE_AGREES);
  pair_close(pair);
}

/* Functions are counted one by one, and by name: each job has its own list. */
static void counts_what_is_lacking(void **state) {
  char again[] = "SSL_one";
  struct explore_lack lacks[EXPLORE_MAX_LACKS];
  size_t num_lacks = 0;

  (void)state;
  explore_add_lack(lacks, &num_lacks, &(struct explore_lack){"SSL_one", 1});
  explore_add_lack(lacks, &num_lacks, &(struct explore_lack){"SSL_two", 3});
  explore_add_lack(lacks, &num_lacks, &(struct explore_lack){again, 4});
  assert_int_equal(num_lacks, 2);
  assert_int_equal(lacks[0].num_scenarios, 5);
  assert_int_equal(lacks[1].num_scenarios, 3);
}

/* Nothing of what a scenario does apart is left in this process. */
static void performs_apart(void **state) {
  const struct model_facts *facts = model_facts(subject_version());
  struct certspec_error error = {""};
  struct explore_view view;
  struct scenario scenario;

  (void)state;
  assert_true(scenario_parse(
      &scenario, "TLSv1.2:request:none:none:any:-1,1ee:hhS", &error));
  assert_int_equal(explore_apart(&view, pki, &scenario, facts, 20, &error),
                   EXPLORE_AGREES);
  assert_int_equal(view.seen.num_steps, 4);
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
    struct explore_view view;

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
    if (explore_one(&view, pair, &scenario, &prediction, facts, &error) !=
        EXPLORE_AGREES) {
      char code[SCENARIO_MAX_CODE];
      scenario_print(code, &scenario);
      fail_msg("%s: %s: want %s, got %s (%s)", code, view.difference.name,
               view.difference.want, view.difference.got, error.text);
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
      cmocka_unit_test(a_way_that_is_not_needed_changes_nothing),
      cmocka_unit_test(lists_every_difference),
      cmocka_unit_test(goes_on_in_another_process),
      cmocka_unit_test(tells_what_is_lacking),
      cmocka_unit_test(counts_what_is_lacking),
      cmocka_unit_test(performs_apart),
      cmocka_unit_test(takes_as_many_as_the_limit_says),
      cmocka_unit_test(agrees_beyond_the_space),
      cmocka_unit_test(walks_the_same_way_each_time),
  };
  return cmocka_run_group_tests_name("explore", tests, start_and_load_pki,
                                     free_pki);
}
