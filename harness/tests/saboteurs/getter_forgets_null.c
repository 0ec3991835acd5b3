/* getter_forgets_null: SSL_CTX_get_client_cert_cb returns the callback that was
 * taken away. */
#define _GNU_SOURCE
#include "saboteur.h"

static const SSL_CTX *emptied;
static client_cert_cb *taken;

void SSL_CTX_set_client_cert_cb(SSL_CTX *ctx, client_cert_cb *callback) {
  if (callback == NULL) {
    emptied = ctx;
    taken = REAL(SSL_CTX_get_client_cert_cb)(ctx);
  }
  REAL(SSL_CTX_set_client_cert_cb)(ctx, callback);
}

client_cert_cb *SSL_CTX_get_client_cert_cb(SSL_CTX *ctx) {
  client_cert_cb *callback = REAL(SSL_CTX_get_client_cert_cb)(ctx);

  return callback == NULL && ctx == emptied ? taken : callback;
}
