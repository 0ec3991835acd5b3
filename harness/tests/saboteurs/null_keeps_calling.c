/* null_keeps_calling: the getter says NULL, the old callback is still called.
 */
#define _GNU_SOURCE
#include "saboteur.h"

static const SSL_CTX *emptied;

void SSL_CTX_set_client_cert_cb(SSL_CTX *ctx, client_cert_cb *callback) {
  emptied = callback == NULL ? ctx : NULL;
  if (callback != NULL)
    REAL(SSL_CTX_set_client_cert_cb)(ctx, callback);
}

client_cert_cb *SSL_CTX_get_client_cert_cb(SSL_CTX *ctx) {
  return ctx == emptied ? NULL : REAL(SSL_CTX_get_client_cert_cb)(ctx);
}
