/* cert_cb_not_kept: SSL_CTX_set_cert_cb does nothing. */
#define _GNU_SOURCE
#include "saboteur.h"

void SSL_CTX_set_cert_cb(SSL_CTX *ctx, int (*callback)(SSL *, void *),
                         void *argument) {
  (void)ctx;
  (void)callback;
  (void)argument;
}
