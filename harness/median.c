#include "median.h"

#include <stdlib.h>

static int compare(const void *a, const void *b) {
  double x = *(const double *)a;
  double y = *(const double *)b;

  return (x > y) - (x < y);
}

double median(double *values, size_t num) {
  qsort(values, num, sizeof(*values), compare);
  return values[num / 2];
}
