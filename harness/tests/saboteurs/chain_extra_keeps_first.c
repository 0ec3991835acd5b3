/* chain_extra_keeps_first: of several chain certificates only the first is
 * kept. */
#define _GNU_SOURCE
#include "saboteur.h"

long SSL_CTX_ctrl(SSL_CTX *ctx, int command, long number, void *pointer) {
  STACK_OF(X509) *chain = NULL;

  if (command == SSL_CTRL_EXTRA_CHAIN_CERT) {
    SSL_CTX_get_extra_chain_certs(ctx, &chain);
    if (sk_X509_num(chain) > 0) {
      X509_free(pointer);
      return 1;
    }
  }

  return REAL(SSL_CTX_ctrl)(ctx, command, number, pointer);
}
