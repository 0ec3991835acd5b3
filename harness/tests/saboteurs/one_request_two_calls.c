/* one_request_two_calls: one request leads to two calls. */
#define _GNU_SOURCE
#include "saboteur.h"

int sabotage_callback(SSL *ssl, X509 **x509, EVP_PKEY **pkey,
                      client_cert_cb *original) {
  int ret = original(ssl, x509, pkey);

  if (ret < 0)
    return ret;

  drop_pair(x509, pkey);
  return original(ssl, x509, pkey);
}
