#include "case_order.h"

#include <stdlib.h>

/* Steps of this share of the whole leave the largest gaps between neighbours:
 * the golden section. */
#define SHARE 0.618

static size_t common_divisor(size_t a, size_t b) {
  return b == 0 ? a : common_divisor(b, a % b);
}

/* Has no divisor in common with |num|, so that its multiples meet each place
 * once. */
static size_t stride_over(size_t num) {
  size_t stride = (size_t)((double)num * SHARE) + 1;

  while (common_divisor(num, stride) != 1) {
    stride++;
  }

  return stride;
}

struct run *case_order_end(const struct run_list *list, struct run *first) {
  const struct run *end = list->runs + list->num_runs;
  struct run *run = first;

  while (run < end && run->plan.source == first->plan.source) {
    run++;
  }

  return run;
}

static size_t count_cases(const struct run_list *list) {
  const struct run *end = list->runs + list->num_runs;
  size_t num = 0;

  for (struct run *run = list->runs; run < end;
       run = case_order_end(list, run)) {
    num++;
  }

  return num;
}

int case_order_make(struct case_order *out, const struct run_list *list) {
  size_t num = count_cases(list);
  struct run *run = list->runs;

  *out = (struct case_order){.firsts = calloc(num + 1, sizeof(struct run *)),
                             .num = num};
  if (out->firsts == NULL) {
    return 0;
  }

  size_t stride = stride_over(num);
  for (size_t i = 0; i < num; i++) {
    out->firsts[i * stride % num] = run;
    run = case_order_end(list, run);
  }
  return 1;
}

void case_order_free(struct case_order *order) {
  free(order->firsts);
  *order = (struct case_order){0};
}
