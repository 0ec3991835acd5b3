/* chain_serves_one_object: the extra chain serves the first SSL object alone.
 */
#define _GNU_SOURCE
#include "saboteur.h"

SSL *SSL_new(SSL_CTX *ctx) {
  static const SSL_CTX *served;

  if (ctx == served)
    SSL_CTX_clear_extra_chain_certs(ctx);
  served = ctx;
  return REAL(SSL_new)(ctx);
}
