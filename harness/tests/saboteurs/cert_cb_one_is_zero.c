/* cert_cb_one_is_zero: 1 of cert_cb fails the handshake. */
#define _GNU_SOURCE
#include "saboteur.h"

static int (*original)(SSL *, void *);

static int between(SSL *ssl, void *argument) {
  int ret = original(ssl, argument);

  return ret == 1 ? 0 : ret;
}

void SSL_CTX_set_cert_cb(SSL_CTX *ctx, int (*callback)(SSL *, void *),
                         void *argument) {
  original = callback;
  REAL(SSL_CTX_set_cert_cb)(ctx, callback == NULL ? NULL : between, argument);
}
