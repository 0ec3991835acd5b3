/* Laps of scenarios, and what they say of the first and the last of them. */
#include "bench_scenarios.h"

#include <math.h>

#include "cmocka_all.h"
#include "loaded_pki.h"

enum { NUM = 200, MAX_ONE_LAP = 100 }; /* of the space of depth 0 */

static double at(const json_t *found, const char *key, size_t index) {
  return json_real_value(json_array_get(json_object_get(found, key), index));
}

static void laps_are_whole_and_agree(void **state) {
  struct certspec_error error = {""};
  json_t *found = NULL;

  (void)state;
  if (!bench_scenarios(&found, pki, 0, NUM, &error)) {
    fail_msg("%s", error.text);
  }

  json_int_t num = json_integer_value(json_object_get(found, "scenarios"));
  assert_in_range(num, NUM, NUM + MAX_ONE_LAP);
  assert_int_equal(json_integer_value(json_object_get(found, "disagree")), 0);
  for (size_t i = 0; i < 2; i++) {
    assert_true(at(found, "ms", i) > 0 && isfinite(at(found, "ms", i)));
    assert_true(at(found, "bare_ms", i) > 0);
    assert_true(at(found, "bare_ms", i) < at(found, "ms", i) * 20);
    assert_true(at(found, "kib", i) > 0);
  }
  double early = at(found, "ms", 0) / at(found, "bare_ms", 0);
  double late = at(found, "ms", 1) / at(found, "bare_ms", 1);
  assert_true(json_real_value(json_object_get(found, "cost_growth")) ==
              late / early);
  json_decref(found);
}

int main(void) {
  static const struct CMUnitTest tests[] = {
      cmocka_unit_test(laps_are_whole_and_agree),
  };

  return cmocka_run_group_tests(tests, start_and_load_pki, free_pki);
}
