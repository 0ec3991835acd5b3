/* object_reaches_context: what is set on an SSL object is set on its SSL_CTX.
 */
#define _GNU_SOURCE
#include "saboteur.h"

int SSL_use_certificate(SSL *ssl, X509 *x509) {
  SSL_CTX_use_certificate(SSL_get_SSL_CTX(ssl), x509);
  return REAL(SSL_use_certificate)(ssl, x509);
}

int SSL_use_PrivateKey(SSL *ssl, EVP_PKEY *pkey) {
  SSL_CTX_use_PrivateKey(SSL_get_SSL_CTX(ssl), pkey);
  return REAL(SSL_use_PrivateKey)(ssl, pkey);
}
