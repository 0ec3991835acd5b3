/* above_one_is_one: what is more than 1 is taken for 1. */
#define _GNU_SOURCE
#include "saboteur.h"

int sabotage_callback(SSL *ssl, X509 **x509, EVP_PKEY **pkey,
                      client_cert_cb *original) {
  int ret = original(ssl, x509, pkey);

  return ret > 1 ? 1 : ret;
}
