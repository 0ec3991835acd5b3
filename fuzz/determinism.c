/* RAND_METHOD is deprecated since 3.0, and still the one seam that 1.1.1 and
 * every 3.x have. */
#define OPENSSL_SUPPRESS_DEPRECATED

#include "determinism.h"

#include <openssl/err.h>
#include <openssl/rand.h>
#include <stdbool.h>
#include <time.h>

static const uint64_t randoms_seed = UINT64_C(0x9E3779B97F4A7C15);
static const uint64_t fnv_basis = UINT64_C(0xCBF29CE484222325);
static const uint64_t fnv_prime = UINT64_C(0x100000001B3);

static uint64_t randoms;
static bool no_randoms;
static uint64_t trace;

/* In front of libc's, for everything in the process. */
time_t time(time_t *out) {
  if (out != NULL) {
    *out = DETERMINISM_NOW;
  }

  return DETERMINISM_NOW;
}

/* xorshift64: no zero state, hence no stretch of zeros that a key generation
 * could hang on. */
static int random_bytes(unsigned char *out, int num) {
  if (no_randoms) {
    return 0;
  }

  for (int i = 0; i < num; i++) {
    randoms ^= randoms << 13;
    randoms ^= randoms >> 7;
    randoms ^= randoms << 17;
    out[i] = (unsigned char)(randoms >> 24);
  }

  return 1;
}

static int random_seed(const void *bytes, int num) {
  (void)bytes;
  (void)num;
  return 1;
}

static int random_add(const void *bytes, int num, double entropy) {
  (void)bytes;
  (void)num;
  (void)entropy;
  return 1;
}

static int random_status(void) {
  return 1;
}

void determinism_start(void) {
  static const RAND_METHOD method = {
      .seed = random_seed,
      .bytes = random_bytes,
      .add = random_add,
      .pseudorand = random_bytes,
      .status = random_status,
  };

  randoms = randoms_seed;
  RAND_set_rand_method(&method);
}

void determinism_begin(void) {
  randoms = randoms_seed;
  no_randoms = false;
  trace = fnv_basis;
  ERR_clear_error();
}

void determinism_refuse_randoms(void) {
  no_randoms = true;
}

void determinism_trace(const void *bytes, size_t len) {
  const uint8_t *byte = bytes;

  for (size_t i = 0; i < len; i++) {
    trace = (trace ^ byte[i]) * fnv_prime;
  }
}

uint64_t determinism_digest(void) {
  return trace;
}
