/* setter_stores_nothing: SSL_CTX_set_client_cert_cb does nothing. */
#define _GNU_SOURCE
#include "saboteur.h"

void SSL_CTX_set_client_cert_cb(SSL_CTX *ctx, client_cert_cb *callback) {
  (void)ctx;
  (void)callback;
}
