/* verify_never: SSL_VERIFY_PEER is not kept. */
#define _GNU_SOURCE
#include "saboteur.h"

void SSL_CTX_set_verify(SSL_CTX *ctx, int mode, SSL_verify_cb callback) {
  (void)mode;
  REAL(SSL_CTX_set_verify)(ctx, SSL_VERIFY_NONE, callback);
}

void SSL_set_verify(SSL *ssl, int mode, SSL_verify_cb callback) {
  (void)mode;
  REAL(SSL_set_verify)(ssl, SSL_VERIFY_NONE, callback);
}
