/* getter_returns_null: SSL_CTX_get_client_cert_cb always returns NULL. */
#define _GNU_SOURCE
#include "saboteur.h"

client_cert_cb *SSL_CTX_get_client_cert_cb(SSL_CTX *ctx) {
  (void)ctx;
  return NULL;
}
