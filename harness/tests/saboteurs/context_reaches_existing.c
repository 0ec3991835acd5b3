/* context_reaches_existing: what is set on the SSL_CTX changes SSL objects that
 * are there. */
#define _GNU_SOURCE
#include "saboteur.h"

static SSL *existing;

SSL *SSL_new(SSL_CTX *ctx) {
  SSL *ssl = REAL(SSL_new)(ctx);

  if (existing == NULL)
    existing = ssl;
  return ssl;
}

int SSL_CTX_use_certificate(SSL_CTX *ctx, X509 *x509) {
  if (existing != NULL)
    SSL_use_certificate(existing, x509);

  return REAL(SSL_CTX_use_certificate)(ctx, x509);
}

int SSL_CTX_use_PrivateKey(SSL_CTX *ctx, EVP_PKEY *pkey) {
  if (existing != NULL)
    SSL_use_PrivateKey(existing, pkey);

  return REAL(SSL_CTX_use_PrivateKey)(ctx, pkey);
}
