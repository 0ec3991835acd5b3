/* endless_loop: whether a process can ever leave the loop that it is in, shown
 * from outside instead of by waiting. */
#ifndef CERTSPEC_ENDLESS_LOOP_H
#define CERTSPEC_ENDLESS_LOOP_H

#include <sys/types.h>

/* Seconds of processor time after which it is worth a look: few runs ever use
 * as much, and a look costs some milliseconds. */
#define ENDLESS_LOOP_FIRST_LOOK 0.02

/* endless_loop_used returns the seconds of processor time that the process
 * |pid| has used so far, 0 when it is gone. */
double endless_loop_used(pid_t pid);

/* endless_loop_shown executes |pid|, a descendant, instruction by instruction
 * and returns after how many it is where it was: the same registers, the same
 * memory, nothing asked of the kernel or of a clock in between, and no second
 * thread. Such a process will do the same again for ever. 0 when that is not
 * shown: the process goes on as if nothing had been. It is never shown where
 * the kernel does not let us look, on another processor than x86-64, and for a
 * process that can write to more than 64 MiB (a sanitizer's). */
unsigned endless_loop_shown(pid_t pid);

#endif
