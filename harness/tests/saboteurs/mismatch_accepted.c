/* mismatch_accepted: a private key of another certificate seems to be taken. */
#define _GNU_SOURCE
#include "saboteur.h"

int SSL_use_PrivateKey(SSL *ssl, EVP_PKEY *pkey) {
  (void)REAL(SSL_use_PrivateKey)(ssl, pkey);
  ERR_clear_error();
  return 1;
}

int SSL_CTX_use_PrivateKey(SSL_CTX *ctx, EVP_PKEY *pkey) {
  (void)REAL(SSL_CTX_use_PrivateKey)(ctx, pkey);
  ERR_clear_error();
  return 1;
}
