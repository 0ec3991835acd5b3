/* cert_cb_cannot_change: what cert_cb sets or clears is undone. */
#define _GNU_SOURCE
#include "saboteur.h"

static int (*original)(SSL *, void *);

static int between(SSL *ssl, void *argument) {
  X509 *x509 = SSL_get_certificate(ssl);
  EVP_PKEY *pkey = SSL_get_privatekey(ssl);
  int ret;

  if (x509 != NULL)
    X509_up_ref(x509);
  if (pkey != NULL)
    EVP_PKEY_up_ref(pkey);
  ret = original(ssl, argument);
  SSL_certs_clear(ssl);
  if (x509 != NULL)
    SSL_use_certificate(ssl, x509);
  if (pkey != NULL)
    SSL_use_PrivateKey(ssl, pkey);
  X509_free(x509);
  EVP_PKEY_free(pkey);
  return ret;
}

void SSL_CTX_set_cert_cb(SSL_CTX *ctx, int (*callback)(SSL *, void *),
                         void *argument) {
  original = callback;
  REAL(SSL_CTX_set_cert_cb)(ctx, callback == NULL ? NULL : between, argument);
}
