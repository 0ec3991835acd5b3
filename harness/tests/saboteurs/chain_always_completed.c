/* chain_always_completed: SSL_MODE_NO_AUTO_CHAIN is not kept. */
#define _GNU_SOURCE
#include "saboteur.h"

long SSL_ctrl(SSL *ssl, int command, long number, void *pointer) {
  if (command == SSL_CTRL_MODE)
    number &= ~SSL_MODE_NO_AUTO_CHAIN;

  return REAL(SSL_ctrl)(ssl, command, number, pointer);
}

long SSL_CTX_ctrl(SSL_CTX *ctx, int command, long number, void *pointer) {
  if (command == SSL_CTRL_MODE)
    number &= ~SSL_MODE_NO_AUTO_CHAIN;

  return REAL(SSL_CTX_ctrl)(ctx, command, number, pointer);
}
