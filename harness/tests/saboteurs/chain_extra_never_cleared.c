/* chain_extra_never_cleared: the extra chain cannot be taken away. */
#define _GNU_SOURCE
#include "saboteur.h"

long SSL_CTX_ctrl(SSL_CTX *ctx, int command, long number, void *pointer) {
  if (command == SSL_CTRL_CLEAR_EXTRA_CHAIN_CERTS)
    return 1;

  return REAL(SSL_CTX_ctrl)(ctx, command, number, pointer);
}
