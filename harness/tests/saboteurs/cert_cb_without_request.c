/* cert_cb_without_request: cert_cb is called before any request. */
#define _GNU_SOURCE
#include "saboteur.h"

static int (*original)(SSL *, void *);
static void *its_argument;

void SSL_CTX_set_cert_cb(SSL_CTX *ctx, int (*callback)(SSL *, void *),
                         void *argument) {
  original = callback;
  its_argument = argument;
  REAL(SSL_CTX_set_cert_cb)(ctx, callback, argument);
}

int SSL_do_handshake(SSL *ssl) {
  if (SSL_in_before(ssl) && original != NULL)
    original(ssl, its_argument);

  return REAL(SSL_do_handshake)(ssl);
}
