/* target: what every fuzz target is, and how it says that a contract does not
 * hold. One target is one file with these functions; libFuzzer, AFL++ and
 * replay.c drive it. */
#ifndef CERTSPEC_FUZZ_TARGET_H
#define CERTSPEC_FUZZ_TARGET_H

#include <stddef.h>
#include <stdint.h>

#include "pki.h"

/* LLVMFuzzerInitialize is called once, before the first input. */
int LLVMFuzzerInitialize(int *argc, char ***argv);

/* LLVMFuzzerTestOneInput performs one input. It leaves nothing behind that
 * another input could see. Returns 0; -1 for an input that is not worth
 * keeping. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* LLVMFuzzerCustomMutator changes |data| in place, to at most |max_size| bytes,
 * as |seed| says. Returns the new size. Not every target has one. */
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size,
                               unsigned int seed);

/* LLVMFuzzerMutate is libFuzzer's own mutation, for use in the one above. */
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size);

/* target_load_pki loads the test certificates: from the folder pki beside the
 * program, where a fuzzing service puts them, or else from vectors/. Aborts
 * when it cannot. Free with pki_free. */
struct pki *target_load_pki(void);

/* contract_broken prints what was broken, and where, and aborts. */
_Noreturn void contract_broken(const char *file, int line, const char *format,
                               ...) __attribute__((format(printf, 3, 4)));

/* contract aborts unless |condition| holds; the rest says what should have
 * been, printf's way. */
#define contract(condition, ...)                        \
  do {                                                  \
    if (!(condition)) {                                 \
      contract_broken(__FILE__, __LINE__, __VA_ARGS__); \
    }                                                   \
  } while (0)

#endif
