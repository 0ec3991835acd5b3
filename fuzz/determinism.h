/* determinism: the same input takes the same path. Randoms come from a seed,
 * the clock stands still, and a trace of what was seen can be compared. */
#ifndef CERTSPEC_FUZZ_DETERMINISM_H
#define CERTSPEC_FUZZ_DETERMINISM_H

#include <stddef.h>
#include <stdint.h>

/* What time() returns in a target, and in the libraries it is linked with: a
 * moment at which the test certificates are valid. */
enum { DETERMINISM_NOW = 1700000000 };

/* determinism_start makes libcrypto take its randoms from here. */
void determinism_start(void);

/* determinism_begin begins an input: the randoms are those of every other
 * input, the error queue and the trace are empty. */
void determinism_begin(void);

/* determinism_refuse_randoms lets every call for randoms fail until the next
 * input begins. */
void determinism_refuse_randoms(void);

/* determinism_trace adds |len| bytes of |bytes| to the trace. */
void determinism_trace(const void *bytes, size_t len);

/* determinism_digest returns a number that stands for the trace so far. */
uint64_t determinism_digest(void);

#endif
