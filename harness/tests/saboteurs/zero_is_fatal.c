/* zero_is_fatal: 0 breaks the handshake off. */
#define _GNU_SOURCE
#include "saboteur.h"

static const SSL *dead;

int SSL_do_handshake(SSL *ssl) {
  int ret = REAL(SSL_do_handshake)(ssl);

  return ssl == dead ? -1 : ret;
}

int SSL_connect(SSL *ssl) {
  int ret = REAL(SSL_connect)(ssl);

  return ssl == dead ? -1 : ret;
}

int sabotage_callback(SSL *ssl, X509 **x509, EVP_PKEY **pkey,
                      client_cert_cb *original) {
  int ret = original(ssl, x509, pkey);

  if (ret == 0)
    dead = ssl;
  return ret;
}
