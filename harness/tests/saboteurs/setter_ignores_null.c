/* setter_ignores_null: once set, a callback cannot be taken away. */
#define _GNU_SOURCE
#include "saboteur.h"

void SSL_CTX_set_client_cert_cb(SSL_CTX *ctx, client_cert_cb *callback) {
  if (callback != NULL)
    REAL(SSL_CTX_set_client_cert_cb)(ctx, callback);
}
