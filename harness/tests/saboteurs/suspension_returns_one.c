/* suspension_returns_one: a suspended handshake function returns 1. */
#define _GNU_SOURCE
#include "saboteur.h"

static int pretend(SSL *ssl, int ret) {
  return ret < 0 && SSL_want_x509_lookup(ssl) ? 1 : ret;
}

int SSL_do_handshake(SSL *ssl) {
  return pretend(ssl, REAL(SSL_do_handshake)(ssl));
}

int SSL_connect(SSL *ssl) {
  return pretend(ssl, REAL(SSL_connect)(ssl));
}
