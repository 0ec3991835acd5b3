/* callback_outranks_certificate: the callback's certificate is sent though one
 * is set. */
#define _GNU_SOURCE
#include "saboteur.h"

static void forget(SSL *ssl) {
  if (SSL_in_before(ssl) && between_original(ssl) != NULL) {
    SSL_certs_clear(ssl);
  }
}

int SSL_do_handshake(SSL *ssl) {
  forget(ssl);
  return REAL(SSL_do_handshake)(ssl);
}

int SSL_connect(SSL *ssl) {
  forget(ssl);
  return REAL(SSL_connect)(ssl);
}

int sabotage_callback(SSL *ssl, X509 **x509, EVP_PKEY **pkey,
                      client_cert_cb *original) {
  return original(ssl, x509, pkey);
}
