/* request_client: a client of the subject, and a server that is nothing but
 * scripted flights: it asks for a certificate with any bytes as the body of its
 * CertificateRequest. What the client does is held against the contract. */
#ifndef CERTSPEC_FUZZ_REQUEST_CLIENT_H
#define CERTSPEC_FUZZ_REQUEST_CLIENT_H

#include <stdbool.h>
#include <stdint.h>

#include "reading.h"

struct request_input {
  const struct protocol *protocol;
  unsigned script; /* which of the callback's scripts */
  bool shares;     /* certificates and keys with other inputs */
  struct span body;
  /* The request takes ecdsa-leaf: when the callback gives it, it is sent. */
  bool takes_ecdsa;
};

/* request_client_start makes what all inputs share. Aborts when it cannot. */
void request_client_start(void);

/* request_client_choose takes the protocol (TLSv1 to TLSv1.3), the script, and
 * whether objects are shared (below 224), from the first byte of an input. */
void request_client_choose(struct request_input *out, uint8_t byte);

/* request_client_perform makes the handshake and aborts where the contract is
 * broken:
 * - a request that cannot be read is refused, without a call of the callback;
 *   a good one is taken;
 * - the callback sees the names of the list, byte for byte and in order;
 * - a negative return suspends: nothing is sent, and the next call of
 *   SSL_do_handshake calls the callback again;
 * - one Certificate is sent, empty unless the callback gave a pair, and a
 *   CertificateVerify if and only if it is not empty;
 * - what the callback gave is freed with the SSL object. */
void request_client_perform(const struct request_input *input);

#endif
