/* bench_process: what a process holds. */
#ifndef CERTSPEC_BENCH_PROCESS_H
#define CERTSPEC_BENCH_PROCESS_H

#include <sys/types.h>

/* bench_process_kib returns the memory, in KiB, that is |pid|'s own (shared
 * libraries don't count), or NAN when it cannot be told. */
double bench_process_kib(pid_t pid);

#endif
