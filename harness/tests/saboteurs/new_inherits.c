/* new_inherits: a new SSL object has the pair of the one before. */
#define _GNU_SOURCE
#include "saboteur.h"

static X509 *inherited;
static EVP_PKEY *inherited_key;

SSL *SSL_new(SSL_CTX *ctx) {
  SSL *ssl = REAL(SSL_new)(ctx);

  if (ssl != NULL && inherited != NULL) {
    SSL_use_certificate(ssl, inherited);
    SSL_use_PrivateKey(ssl, inherited_key);
  }
  return ssl;
}

int sabotage_callback(SSL *ssl, X509 **x509, EVP_PKEY **pkey,
                      client_cert_cb *original) {
  int ret = original(ssl, x509, pkey);

  if (ret == 1 && inherited == NULL && *x509 != NULL && *pkey != NULL) {
    X509_up_ref(*x509);
    EVP_PKEY_up_ref(*pkey);
    inherited = *x509;
    inherited_key = *pkey;
  }
  return ret;
}
