/* processor_time: what processes have used of the processor. */
#ifndef CERTSPEC_PROCESSOR_TIME_H
#define CERTSPEC_PROCESSOR_TIME_H

#include <sys/types.h>

/* processor_time_used returns seconds, of user and system; |who| is RUSAGE_SELF
 * or RUSAGE_CHILDREN of getrusage(2). */
double processor_time_used(int who);

/* processor_time_of returns the same of the process |pid| alone; 0 when it is
 * gone. */
double processor_time_of(pid_t pid);

#endif
