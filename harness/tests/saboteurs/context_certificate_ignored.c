/* context_certificate_ignored: a certificate set for the SSL_CTX does not reach
 * its SSL objects. */
#define _GNU_SOURCE
#include "saboteur.h"

SSL *SSL_new(SSL_CTX *ctx) {
  SSL *ssl = REAL(SSL_new)(ctx);

  if (ssl != NULL)
    SSL_certs_clear(ssl);
  return ssl;
}
