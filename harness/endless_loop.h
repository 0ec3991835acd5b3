/* endless_loop: whether a process can ever leave the loop that it is in, shown
 * from outside instead of by waiting. */
#ifndef CERTSPEC_ENDLESS_LOOP_H
#define CERTSPEC_ENDLESS_LOOP_H

#include <sys/types.h>

/* endless_loop_shown executes |pid|, a descendant, instruction by instruction,
 * |max_len| of them, and returns after how many it is where it was: the same
 * registers, the same memory, nothing asked of the kernel or of a clock in
 * between, no second thread, no shared memory and no signal that it would hear
 * from another. Such a process will do the same again for
 * ever. 0 when that is not shown: the process goes on as if nothing had been.
 * It is never shown where the kernel does not let us look, on another processor
 * than x86-64, and for a process that can write to more than 64 MiB (a
 * sanitizer's). */
unsigned endless_loop_shown(pid_t pid, unsigned max_len);

/* When a process is looked at, and how long. */
struct loop_watch {
  double at;    /* event_now from which it is worth asking what it has used */
  double used;  /* seconds of processor time that are worth a look */
  off_t told;   /* bytes that it had told of itself when asked last */
  unsigned len; /* instructions to execute then */
};

/* endless_loop_watch begins to watch a process |now|, when it has used |used|
 * seconds of the processor. */
void endless_loop_watch(struct loop_watch *out, double now, double used);

/* endless_loop_look looks at |pid| if it has used so much of the processor that
 * it is worth while, and returns what endless_loop_shown does. |now| is past
 * |watch->at|; |told|: bytes that the process has written of what it does. One
 * that has told more since the last time gets on, and is let alone: a look
 * costs what thousands of its own instructions do. */
unsigned endless_loop_look(struct loop_watch *watch, pid_t pid, double now,
                           off_t told);

#endif
