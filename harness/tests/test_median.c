/* The middle of what was measured. */
#include "median.h"

#include "cmocka_all.h"

static void middle_of_any_order(void **state) {
  double one[] = {7};
  double odd[] = {9, -1, 3};
  double even[] = {4, 1, 3, 2};

  (void)state;
  assert_true(median(one, 1) == 7);
  assert_true(median(odd, 3) == 3);
  assert_true(median(even, 4) == 3);
}

int main(void) {
  static const struct CMUnitTest tests[] = {
      cmocka_unit_test(middle_of_any_order),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
