/* called_without_request: the callback is called before any request. */
#define _GNU_SOURCE
#include "saboteur.h"

static void call_early(SSL *ssl) {
  static int called;
  X509 *x509 = NULL;
  EVP_PKEY *pkey = NULL;
  client_cert_cb *callback = between_original(ssl);

  if (called || callback == NULL)
    return;

  called = 1;
  callback(ssl, &x509, &pkey);
  X509_free(x509);
  EVP_PKEY_free(pkey);
}

int SSL_do_handshake(SSL *ssl) {
  call_early(ssl);
  return REAL(SSL_do_handshake)(ssl);
}

int SSL_connect(SSL *ssl) {
  call_early(ssl);
  return REAL(SSL_connect)(ssl);
}

int sabotage_callback(SSL *ssl, X509 **x509, EVP_PKEY **pkey,
                      client_cert_cb *original) {
  return original(ssl, x509, pkey);
}
