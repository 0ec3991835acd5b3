/* chain_store_not_used: the trusted store does not complete the chain. */
#define _GNU_SOURCE
#include "saboteur.h"

SSL *SSL_new(SSL_CTX *ctx) {
  SSL *ssl = REAL(SSL_new)(ctx);

  if (ssl != NULL)
    SSL_set_mode(ssl, SSL_MODE_NO_AUTO_CHAIN);
  return ssl;
}
