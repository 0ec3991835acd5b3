/* getter_never_null: an SSL_CTX without a callback seems to have one. */
#define _GNU_SOURCE
#include "saboteur.h"

static int unknown(SSL *ssl, X509 **x509, EVP_PKEY **pkey) {
  (void)ssl;
  (void)x509;
  (void)pkey;
  return 0;
}

client_cert_cb *SSL_CTX_get_client_cert_cb(SSL_CTX *ctx) {
  client_cert_cb *callback = REAL(SSL_CTX_get_client_cert_cb)(ctx);

  return callback == NULL ? unknown : callback;
}
