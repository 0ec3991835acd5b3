/* installed_not_kept: the pair serves one handshake and is gone after it. */
#define _GNU_SOURCE
#include "saboteur.h"

static int forget(SSL *ssl, int ret) {
  if (ret == 1 && between_original(ssl) != NULL)
    SSL_certs_clear(ssl);

  return ret;
}

int SSL_do_handshake(SSL *ssl) {
  return forget(ssl, REAL(SSL_do_handshake)(ssl));
}

int SSL_connect(SSL *ssl) {
  return forget(ssl, REAL(SSL_connect)(ssl));
}

int sabotage_callback(SSL *ssl, X509 **x509, EVP_PKEY **pkey,
                      client_cert_cb *original) {
  return original(ssl, x509, pkey);
}
