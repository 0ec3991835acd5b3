/* certificate_without_callback: a request is met with a certificate out of
 * nowhere when there is no callback. */
#define _GNU_SOURCE
#include "saboteur.h"

static int offer(SSL *ssl, X509 **x509, EVP_PKEY **pkey) {
  (void)ssl;
  foreign_pair(x509, pkey);
  return 1;
}

SSL *SSL_new(SSL_CTX *ctx) {
  if (REAL(SSL_CTX_get_client_cert_cb)(ctx) == NULL) {
    REAL(SSL_CTX_set_client_cert_cb)(ctx, offer);
  }
  return REAL(SSL_new)(ctx);
}

client_cert_cb *SSL_CTX_get_client_cert_cb(SSL_CTX *ctx) {
  client_cert_cb *callback = REAL(SSL_CTX_get_client_cert_cb)(ctx);

  return callback == offer ? NULL : callback;
}
