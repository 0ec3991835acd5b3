/* case_order: in which order the cases of a list are performed. */
#ifndef CERTSPEC_CASE_ORDER_H
#define CERTSPEC_CASE_ORDER_H

#include <stddef.h>

#include "run.h"

/* Cases of one topic wait for the same things, such as a timer of DTLS: side by
 * side they would leave all cores idle. So neighbours in the list are far from
 * each other in the order, which is the same each time. */
struct case_order {
  struct run **firsts; /* the first run of each case */
  size_t num;
};

/* case_order_make orders the cases of |list|, which it borrows. 1, or 0 when
 * out of memory. Free with case_order_free. */
int case_order_make(struct case_order *out, const struct run_list *list);

void case_order_free(struct case_order *order);

/* case_order_end returns the end of the runs of |list| that are of one case
 * with |first|, and follow it. */
struct run *case_order_end(const struct run_list *list, struct run *first);

#endif
