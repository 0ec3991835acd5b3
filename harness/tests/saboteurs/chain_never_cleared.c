/* chain_never_cleared: a chain that was set for a certificate cannot be taken
 * away. */
#define _GNU_SOURCE
#include "saboteur.h"

long SSL_ctrl(SSL *ssl, int command, long number, void *pointer) {
  if (command == SSL_CTRL_CHAIN && pointer == NULL)
    return 1;

  return REAL(SSL_ctrl)(ssl, command, number, pointer);
}

long SSL_CTX_ctrl(SSL_CTX *ctx, int command, long number, void *pointer) {
  if (command == SSL_CTRL_CHAIN && pointer == NULL)
    return 1;

  return REAL(SSL_CTX_ctrl)(ctx, command, number, pointer);
}
