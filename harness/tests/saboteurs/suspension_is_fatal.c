/* suspension_is_fatal: a suspended handshake cannot be continued. */
#define _GNU_SOURCE
#include "saboteur.h"

static const SSL *dead;

static int after(SSL *ssl, int ret) {
  if (ret < 0 && SSL_want_x509_lookup(ssl))
    dead = ssl;

  return ret;
}

int SSL_do_handshake(SSL *ssl) {
  return ssl == dead ? -1 : after(ssl, REAL(SSL_do_handshake)(ssl));
}

int SSL_connect(SSL *ssl) {
  return ssl == dead ? -1 : after(ssl, REAL(SSL_connect)(ssl));
}

int SSL_write(SSL *ssl, const void *data, int len) {
  return ssl == dead ? -1 : after(ssl, REAL(SSL_write)(ssl, data, len));
}
