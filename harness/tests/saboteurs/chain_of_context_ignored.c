/* chain_of_context_ignored: a chain set for the SSL_CTX's certificate is not
 * kept. */
#define _GNU_SOURCE
#include "saboteur.h"

long SSL_CTX_ctrl(SSL_CTX *ctx, int command, long number, void *pointer) {
  if (command == SSL_CTRL_CHAIN_CERT)
    return 1;

  return REAL(SSL_CTX_ctrl)(ctx, command, number, pointer);
}
