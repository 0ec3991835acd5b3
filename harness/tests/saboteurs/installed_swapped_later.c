/* installed_swapped_later: after the handshake another pair stands in the place
 * of the installed one. */
#define _GNU_SOURCE
#include "saboteur.h"

static int swap(SSL *ssl, int ret) {
  X509 *x509 = NULL;
  EVP_PKEY *pkey = NULL;

  if (ret != 1 || SSL_get_certificate(ssl) == NULL ||
      between_original(ssl) == NULL) {
    return ret;
  }

  foreign_pair(&x509, &pkey);
  SSL_certs_clear(ssl);
  SSL_use_certificate(ssl, x509);
  SSL_use_PrivateKey(ssl, pkey);
  X509_free(x509);
  EVP_PKEY_free(pkey);
  return ret;
}

int SSL_do_handshake(SSL *ssl) {
  return swap(ssl, REAL(SSL_do_handshake)(ssl));
}

int SSL_connect(SSL *ssl) {
  return swap(ssl, REAL(SSL_connect)(ssl));
}

int sabotage_callback(SSL *ssl, X509 **x509, EVP_PKEY **pkey,
                      client_cert_cb *original) {
  return original(ssl, x509, pkey);
}
