/* getter_lies: SSL_CTX_get_client_cert_cb returns another callback. */
#define _GNU_SOURCE
#include "saboteur.h"

static int unknown(SSL *ssl, X509 **x509, EVP_PKEY **pkey) {
  (void)ssl;
  (void)x509;
  (void)pkey;
  return 0;
}

client_cert_cb *SSL_CTX_get_client_cert_cb(SSL_CTX *ctx) {
  return REAL(SSL_CTX_get_client_cert_cb)(ctx) == NULL ? NULL : unknown;
}
