#include "processor.h"

int processor_of_job(size_t job, size_t num_jobs) {
  cpu_set_t allowed;
  size_t num = 0;

  if (sched_getaffinity(0, sizeof(allowed), &allowed) != 0 ||
      (size_t)CPU_COUNT(&allowed) != num_jobs) {
    return PROCESSOR_ANY;
  }

  for (size_t i = 0; i < CPU_SETSIZE; i++) {
    if (CPU_ISSET(i, &allowed) && num++ == job) {
      return (int)i;
    }
  }

  return PROCESSOR_ANY;
}

void processor_keep(pid_t pid, int processor) {
  cpu_set_t only;

  if (processor == PROCESSOR_ANY) {
    return;
  }

  CPU_ZERO(&only);
  CPU_SET((size_t)processor, &only);
  (void)sched_setaffinity(pid, sizeof(only), &only);
}

void processor_gather(pid_t pid, cpu_set_t *out_before) {
  int here = sched_getcpu();

  CPU_ZERO(out_before);
  if (sched_getaffinity(0, sizeof(*out_before), out_before) == 0 && here >= 0) {
    processor_keep(0, here);
    processor_keep(pid, here);
  }
}

void processor_scatter(pid_t pid, const cpu_set_t *before) {
  (void)sched_setaffinity(0, sizeof(*before), before);
  (void)sched_setaffinity(pid, sizeof(*before), before);
}
