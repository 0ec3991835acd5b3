/* setter_keeps_first: a second callback does not replace the first. */
#define _GNU_SOURCE
#include "saboteur.h"

void SSL_CTX_set_client_cert_cb(SSL_CTX *ctx, client_cert_cb *callback) {
  client_cert_cb *first = REAL(SSL_CTX_get_client_cert_cb)(ctx);

  if (first == NULL || callback == NULL) {
    REAL(SSL_CTX_set_client_cert_cb)(ctx, callback);
  }
}
