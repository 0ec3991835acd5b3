#include "processor_time.h"

#include <sys/resource.h>

static double seconds_of(struct timeval value) {
  return (double)value.tv_sec + (double)value.tv_usec / 1e6;
}

double processor_time_used(int who) {
  struct rusage usage;

  getrusage(who, &usage);
  return seconds_of(usage.ru_utime) + seconds_of(usage.ru_stime);
}
