/* renegotiation_sends_certificate: a Certificate is sent in a renegotiation
 * without a request. */
#define _GNU_SOURCE
#include <string.h>

#include "saboteur.h"

/* What libssl takes for the request. From TLS 1.2 on: ecdsa_sign,
 * ecdsa_secp256r1_sha256, no names. */
static const unsigned char REQUEST12[] = {
    MESSAGE_CERTIFICATE_REQUEST, 0, 0, 8, 1, 64, 0, 2, 4, 3, 0, 0};
static const unsigned char DONE[] = {MESSAGE_SERVER_HELLO_DONE, 0, 0, 0};

/* ServerHelloDone that was encrypted is one of a renegotiation. libssl reads
 * one record at a time into a buffer that has room for the longest. */
int EVP_CipherUpdate(EVP_CIPHER_CTX *ctx, unsigned char *out, int *out_len,
                     const unsigned char *in, int in_len) {
  int ret = REAL(EVP_CipherUpdate)(ctx, out, out_len, in, in_len);
  unsigned char *done;

  if (ret != 1 || out == NULL || EVP_CIPHER_CTX_encrypting(ctx) ||
      *out_len != (int)sizeof(DONE)) {
    return ret;
  }

  /* An explicit nonce may stand before the plaintext. */
  done = memmem(out, (size_t)in_len, DONE, sizeof(DONE));
  if (done == NULL)
    return ret;

  memcpy(done, REQUEST12, sizeof(REQUEST12));
  memcpy(done + sizeof(REQUEST12), DONE, sizeof(DONE));
  *out_len += (int)sizeof(REQUEST12);
  return ret;
}
