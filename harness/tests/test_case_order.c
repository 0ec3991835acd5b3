#include "case_order.h"

#include <stdlib.h>

#include "cmocka_all.h"

enum { RUNS_OF_A_CASE = 3, MAX_CASES = 1000, APART = 4 };

static struct certspec_case cases[MAX_CASES];
static struct run runs[MAX_CASES * RUNS_OF_A_CASE];

static struct run_list list_of(size_t num_cases) {
  for (size_t i = 0; i < num_cases * RUNS_OF_A_CASE; i++) {
    runs[i] = (struct run){.plan = {.source = &cases[i / RUNS_OF_A_CASE]}};
  }
  return (struct run_list){.runs = runs,
                           .num_runs = num_cases * RUNS_OF_A_CASE};
}

static size_t number_of(const struct run *run) {
  return (size_t)(run->plan.source - cases);
}

static void has_each_case_once(void **state) {
  (void)state;
  for (size_t num = 0; num < 50; num++) {
    struct run_list list = list_of(num);
    bool is_there[50] = {false};
    struct case_order order;

    assert_true(case_order_make(&order, &list));
    assert_int_equal(order.num, num);
    for (size_t i = 0; i < num; i++) {
      size_t number = number_of(order.firsts[i]);

      assert_ptr_equal(order.firsts[i], &runs[number * RUNS_OF_A_CASE]);
      assert_ptr_equal(case_order_end(&list, order.firsts[i]),
                       &runs[(number + 1) * RUNS_OF_A_CASE]);
      assert_false(is_there[number]);
      is_there[number] = true;
    }
    case_order_free(&order);
  }
}

/* As many cases as are performed side by side are no neighbours. */
static void keeps_neighbours_apart(void **state) {
  (void)state;
  for (size_t num = 100; num <= MAX_CASES; num++) {
    struct run_list list = list_of(num);
    struct case_order order;

    assert_true(case_order_make(&order, &list));
    for (size_t i = 0; i < num; i++) {
      for (size_t j = i + 1; j < num && j < i + APART; j++) {
        long apart =
            (long)number_of(order.firsts[i]) - (long)number_of(order.firsts[j]);

        assert_true(labs(apart) >= APART);
      }
    }
    case_order_free(&order);
  }
}

/* What was left out of a list may leave its last case without a run. */
static void ends_with_the_list(void **state) {
  struct run_list list = list_of(2);

  (void)state;
  list.num_runs -= 2;
  assert_ptr_equal(case_order_end(&list, &runs[RUNS_OF_A_CASE]),
                   &runs[RUNS_OF_A_CASE + 1]);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(has_each_case_once),
      cmocka_unit_test(keeps_neighbours_apart),
      cmocka_unit_test(ends_with_the_list),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
