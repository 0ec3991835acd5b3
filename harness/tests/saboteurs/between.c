/* between: puts sabotage_callback between libssl and the client's callback,
 * unseen: the getter goes on returning what was set. */
#define _GNU_SOURCE
#include <stdlib.h>

#include "saboteur.h"

/* One process performs one case: a case has a handful of contexts. */
#define MAX_CONTEXTS 64

static struct {
  const SSL_CTX *ctx;
  client_cert_cb *original;
} registered[MAX_CONTEXTS];

static client_cert_cb *find(const SSL_CTX *ctx) {
  for (size_t i = 0; i < MAX_CONTEXTS; i++) {
    if (registered[i].ctx == ctx)
      return registered[i].original;
  }

  return NULL;
}

static void put(const SSL_CTX *ctx, client_cert_cb *original) {
  for (size_t i = 0; i < MAX_CONTEXTS; i++) {
    if (registered[i].ctx != NULL && registered[i].ctx != ctx)
      continue;

    registered[i].ctx = ctx;
    registered[i].original = original;
    return;
  }
  abort();
}

client_cert_cb *between_original(const SSL *ssl) {
  return find(SSL_get_SSL_CTX(ssl));
}

static int between(SSL *ssl, X509 **x509, EVP_PKEY **pkey) {
  client_cert_cb *original = between_original(ssl);

  return original == NULL ? 0 : sabotage_callback(ssl, x509, pkey, original);
}

void SSL_CTX_set_client_cert_cb(SSL_CTX *ctx, client_cert_cb *callback) {
  put(ctx, callback);
  REAL(SSL_CTX_set_client_cert_cb)(ctx, callback == NULL ? NULL : between);
}

client_cert_cb *SSL_CTX_get_client_cert_cb(SSL_CTX *ctx) {
  return find(ctx);
}

void drop_pair(X509 **x509, EVP_PKEY **pkey) {
  X509_free(*x509);
  EVP_PKEY_free(*pkey);
  *x509 = NULL;
  *pkey = NULL;
}
