/* post_handshake_auth_always_offered: post-handshake authentication is offered
 * unasked. */
#define _GNU_SOURCE
#include "saboteur.h"

SSL *SSL_new(SSL_CTX *ctx) {
  SSL *ssl = REAL(SSL_new)(ctx);

  if (ssl != NULL)
    SSL_set_post_handshake_auth(ssl, 1);
  return ssl;
}
