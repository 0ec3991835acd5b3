/* cert_cb_only_without_certificate: cert_cb is not called when a certificate is
 * set. */
#define _GNU_SOURCE
#include "saboteur.h"

static int (*original)(SSL *, void *);

static int between(SSL *ssl, void *argument) {
  return SSL_get_certificate(ssl) != NULL ? 1 : original(ssl, argument);
}

void SSL_CTX_set_cert_cb(SSL_CTX *ctx, int (*callback)(SSL *, void *),
                         void *argument) {
  original = callback;
  REAL(SSL_CTX_set_cert_cb)(ctx, callback == NULL ? NULL : between, argument);
}
