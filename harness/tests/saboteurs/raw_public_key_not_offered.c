/* raw_public_key_not_offered: SSL_CTX_set1_client_cert_type keeps nothing. */
#define _GNU_SOURCE
#include "saboteur.h"

/* Not in every libssl's headers. */
int SSL_CTX_set1_client_cert_type(SSL_CTX *ctx, const unsigned char *types,
                                  size_t len);

int SSL_CTX_set1_client_cert_type(SSL_CTX *ctx, const unsigned char *types,
                                  size_t len) {
  (void)ctx;
  (void)types;
  (void)len;
  return 1;
}
