/* store_does_not_trust: what is put into the trusted store is not trusted. */
#define _GNU_SOURCE
#include <openssl/x509_vfy.h>

#include "saboteur.h"

SSL *SSL_new(SSL_CTX *ctx) {
  SSL *ssl = REAL(SSL_new)(ctx);
  X509_STORE *empty = X509_STORE_new();

  if (ssl != NULL)
    SSL_set1_verify_cert_store(ssl, empty);
  X509_STORE_free(empty);
  return ssl;
}
