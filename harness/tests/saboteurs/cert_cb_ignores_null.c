/* cert_cb_ignores_null: once set, cert_cb cannot be taken away. */
#define _GNU_SOURCE
#include "saboteur.h"

void SSL_CTX_set_cert_cb(SSL_CTX *ctx, int (*callback)(SSL *, void *),
                         void *argument) {
  if (callback != NULL)
    REAL(SSL_CTX_set_cert_cb)(ctx, callback, argument);
}

void SSL_set_cert_cb(SSL *ssl, int (*callback)(SSL *, void *), void *argument) {
  if (callback != NULL)
    REAL(SSL_set_cert_cb)(ssl, callback, argument);
}
