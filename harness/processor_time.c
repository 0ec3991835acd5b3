#include "processor_time.h"

#include <sys/resource.h>
#include <time.h>

static double seconds_of(struct timeval value) {
  return (double)value.tv_sec + (double)value.tv_usec / 1e6;
}

double processor_time_used(int who) {
  struct rusage usage;

  getrusage(who, &usage);
  return seconds_of(usage.ru_utime) + seconds_of(usage.ru_stime);
}

double processor_time_of(pid_t pid) {
  clockid_t clock;
  struct timespec used;

  if (clock_getcpuclockid(pid, &clock) != 0 ||
      clock_gettime(clock, &used) != 0) {
    return 0;
  }

  return (double)used.tv_sec + (double)used.tv_nsec / 1e9;
}
