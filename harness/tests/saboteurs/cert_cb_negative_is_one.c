/* cert_cb_negative_is_one: a negative value of cert_cb lets the handshake go
 * on. */
#define _GNU_SOURCE
#include "saboteur.h"

static int (*original)(SSL *, void *);

static int between(SSL *ssl, void *argument) {
  int ret = original(ssl, argument);

  return ret < 0 ? 1 : ret;
}

void SSL_CTX_set_cert_cb(SSL_CTX *ctx, int (*callback)(SSL *, void *),
                         void *argument) {
  original = callback;
  REAL(SSL_CTX_set_cert_cb)(ctx, callback == NULL ? NULL : between, argument);
}
