/* installed_into_context: the pair goes into the SSL_CTX as well. */
#define _GNU_SOURCE
#include "saboteur.h"

int sabotage_callback(SSL *ssl, X509 **x509, EVP_PKEY **pkey,
                      client_cert_cb *original) {
  int ret = original(ssl, x509, pkey);
  SSL_CTX *ctx = SSL_get_SSL_CTX(ssl);

  if (ret == 1 && *x509 != NULL && *pkey != NULL) {
    SSL_CTX_use_certificate(ctx, *x509);
    SSL_CTX_use_PrivateKey(ctx, *pkey);
  }
  return ret;
}
