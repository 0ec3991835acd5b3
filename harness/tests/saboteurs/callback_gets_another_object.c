/* callback_gets_another_object: the callback is handed an SSL object that was
 * not asked. */
#define _GNU_SOURCE
#include "saboteur.h"

static SSL *other;

SSL *SSL_new(SSL_CTX *ctx) {
  SSL *ssl = REAL(SSL_new)(ctx);

  if (other == NULL)
    other = ssl;
  return ssl;
}

int sabotage_callback(SSL *ssl, X509 **x509, EVP_PKEY **pkey,
                      client_cert_cb *original) {
  if (other == ssl)
    other = REAL(SSL_new)(SSL_get_SSL_CTX(ssl));

  return original(other, x509, pkey);
}
