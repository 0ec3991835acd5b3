/* processor: where processes that take turns are kept. */
#ifndef CERTSPEC_PROCESSOR_H
#define CERTSPEC_PROCESSOR_H

#include <sched.h>
#include <stddef.h>
#include <sys/types.h>

enum { PROCESSOR_ANY = -1 };

/* processor_of_job returns the processor that is for the job-th of |num_jobs|
 * alone: with as many jobs as this process may use processors, each has one.
 * PROCESSOR_ANY with fewer, for another certspec may be at work beside, and
 * with more. */
int processor_of_job(size_t job, size_t num_jobs);

/* processor_keep keeps |pid|, and what it forks from now on, on |processor|;
 * PROCESSOR_ANY: nothing changes, nor where it cannot be done: all is slower
 * then, and the same. */
void processor_keep(pid_t pid, int processor);

/* processor_gather keeps this process and |pid| on the one that this process is
 * on, and puts into |out_before| where it might be before; processor_scatter
 * allows both of them that again. Where it cannot be done nothing changes. */
void processor_gather(pid_t pid, cpu_set_t *out_before);
void processor_scatter(pid_t pid, const cpu_set_t *before);

#endif
