/* callback_serves_all_contexts: a callback that is set on one SSL_CTX serves
 * the others too. */
#define _GNU_SOURCE
#include "saboteur.h"

static client_cert_cb *last;

void SSL_CTX_set_client_cert_cb(SSL_CTX *ctx, client_cert_cb *callback) {
  if (callback != NULL)
    last = callback;
  REAL(SSL_CTX_set_client_cert_cb)(ctx, callback);
}

SSL *SSL_new(SSL_CTX *ctx) {
  if (REAL(SSL_CTX_get_client_cert_cb)(ctx) == NULL) {
    REAL(SSL_CTX_set_client_cert_cb)(ctx, last);
  }
  return REAL(SSL_new)(ctx);
}
