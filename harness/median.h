/* median: the middle of what was measured. */
#ifndef CERTSPEC_MEDIAN_H
#define CERTSPEC_MEDIAN_H

#include <stddef.h>

/* median returns the middle one of |num| values, at least 1; of an even number
 * the upper one of the two. Sorts |values|. */
double median(double *values, size_t num);

#endif
