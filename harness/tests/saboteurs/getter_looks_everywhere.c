/* getter_looks_everywhere: SSL_CTX_get_client_cert_cb returns what was set on
 * any SSL_CTX. */
#define _GNU_SOURCE
#include "saboteur.h"

static client_cert_cb *last;

void SSL_CTX_set_client_cert_cb(SSL_CTX *ctx, client_cert_cb *callback) {
  if (callback != NULL)
    last = callback;
  REAL(SSL_CTX_set_client_cert_cb)(ctx, callback);
}

client_cert_cb *SSL_CTX_get_client_cert_cb(SSL_CTX *ctx) {
  (void)ctx;
  return last;
}
