/* clear_swaps_certificate: SSL_clear swaps the installed pair for another. */
#define _GNU_SOURCE
#include "saboteur.h"

int SSL_clear(SSL *ssl) {
  X509 *x509 = NULL;
  EVP_PKEY *pkey = NULL;

  if (SSL_get_certificate(ssl) != NULL) {
    foreign_pair(&x509, &pkey);
    SSL_certs_clear(ssl);
    SSL_use_certificate(ssl, x509);
    SSL_use_PrivateKey(ssl, pkey);
    X509_free(x509);
    EVP_PKEY_free(pkey);
  }
  return REAL(SSL_clear)(ssl);
}
