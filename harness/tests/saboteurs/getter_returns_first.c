/* getter_returns_first: SSL_CTX_get_client_cert_cb goes on returning the first
 * callback. */
#define _GNU_SOURCE
#include "saboteur.h"

static client_cert_cb *first;

void SSL_CTX_set_client_cert_cb(SSL_CTX *ctx, client_cert_cb *callback) {
  if (first == NULL)
    first = callback;
  REAL(SSL_CTX_set_client_cert_cb)(ctx, callback);
}

client_cert_cb *SSL_CTX_get_client_cert_cb(SSL_CTX *ctx) {
  return REAL(SSL_CTX_get_client_cert_cb)(ctx) == NULL ? NULL : first;
}
