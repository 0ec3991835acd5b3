/* pair_serves_all: an SSL object has the pair that the callback gave to
 * another. */
#define _GNU_SOURCE
#include "saboteur.h"

static X509 *inherited;
static EVP_PKEY *inherited_key;

static void inherit(SSL *ssl) {
  if (inherited == NULL || !SSL_in_before(ssl) ||
      SSL_get_certificate(ssl) != NULL) {
    return;
  }

  SSL_use_certificate(ssl, inherited);
  SSL_use_PrivateKey(ssl, inherited_key);
}

SSL *SSL_new(SSL_CTX *ctx) {
  SSL *ssl = REAL(SSL_new)(ctx);

  if (ssl != NULL)
    inherit(ssl);
  return ssl;
}

int SSL_do_handshake(SSL *ssl) {
  inherit(ssl);
  return REAL(SSL_do_handshake)(ssl);
}

int SSL_connect(SSL *ssl) {
  inherit(ssl);
  return REAL(SSL_connect)(ssl);
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
