/* tls13_keys: the server's half of TLS 1.3's record protection, from secrets
 * that the client itself tells (SSL_CTX_set_keylog_callback). RFC 8446 section
 * 7.1 to 7.3, for TLS_AES_128_GCM_SHA256 alone. */
#ifndef CERTSPEC_FUZZ_TLS13_KEYS_H
#define CERTSPEC_FUZZ_TLS13_KEYS_H

#include <stddef.h>
#include <stdint.h>

#include "flight.h"

enum { TLS13_HASH_LEN = 32, TLS13_KEY_LEN = 16, TLS13_IV_LEN = 12 };

struct tls13_keys {
  int known; /* the secret has been told */
  uint8_t secret[TLS13_HASH_LEN];
  uint8_t key[TLS13_KEY_LEN];
  uint8_t iv[TLS13_IV_LEN];
  uint64_t num_records;
};

/* tls13_keys_learn takes the secret off |line| of a key log, if it is the
 * server's handshake traffic secret. */
void tls13_keys_learn(struct tls13_keys *keys, const char *line);

/* tls13_keys_finished writes the verify_data of the server's Finished after
 * |transcript|, TLS13_HASH_LEN bytes. */
void tls13_keys_finished(uint8_t *out, const struct tls13_keys *keys,
                         struct span transcript);

/* tls13_keys_records appends the handshake messages |content| in encrypted
 * records. */
void tls13_keys_records(struct flight *flight, struct tls13_keys *keys,
                        struct span content);

#endif
