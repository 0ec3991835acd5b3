/* chain_extra_ignored: SSL_CTX_add_extra_chain_cert adds nothing. */
#define _GNU_SOURCE
#include "saboteur.h"

long SSL_CTX_ctrl(SSL_CTX *ctx, int command, long number, void *pointer) {
  if (command != SSL_CTRL_EXTRA_CHAIN_CERT) {
    return REAL(SSL_CTX_ctrl)(ctx, command, number, pointer);
  }

  X509_free(pointer);
  return 1;
}
