/* processor_time: what processes have used of the processor. */
#ifndef CERTSPEC_PROCESSOR_TIME_H
#define CERTSPEC_PROCESSOR_TIME_H

/* processor_time_used returns seconds, of user and system; |who| is RUSAGE_SELF
 * or RUSAGE_CHILDREN of getrusage(2). */
double processor_time_used(int who);

#endif
