#include "result.h"

#include <stdlib.h>

#include "cmocka_all.h"

static struct run run_of(const struct certspec_case *source) {
  return (struct run){
      .plan = {.source = source, .protocol = protocol_find("TLSv1.3")}};
}

static void entry_is_json(void **state) {
  const struct certspec_case source = {
      .id = "a/b", .rev = 1, .topic = "a", .title = "t"};
  const struct judgement judgement = {.verdict = VERDICT_ERROR,
                                      .reason = "\xff"};
  struct run run = run_of(&source);

  (void)state;
  result_set_run(&run, &judgement, NULL);
  json_t *entry = json_loads(run.json, 0, NULL);
  assert_non_null(entry);
  assert_string_equal(json_string_value(json_object_get(entry, "case")), "a/b");
  assert_string_equal(json_string_value(json_object_get(entry, "reason")), "?");
  assert_int_equal(json_object_size(json_object_get(entry, "observation")), 0);
  assert_non_null(json_object_get(entry, "reproduce"));
  json_decref(entry);
  free(run.json);
}

/* Else results.json would be none. */
static void entry_that_cannot_be_made_is_none(void **state) {
  const struct certspec_case source = {
      .id = "a/b", .rev = 1, .topic = "a", .title = "\xff"};
  const struct judgement judgement = {.verdict = VERDICT_ERROR, .reason = "r"};
  struct run run = run_of(&source);

  (void)state;
  result_set_run(&run, &judgement, NULL);
  assert_true(run.done);
  assert_null(run.json);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(entry_is_json),
      cmocka_unit_test(entry_that_cannot_be_made_is_none),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
