/* negative_is_zero: a negative return is taken as 0: no suspension. */
#define _GNU_SOURCE
#include "saboteur.h"

int sabotage_callback(SSL *ssl, X509 **x509, EVP_PKEY **pkey,
                      client_cert_cb *original) {
  int ret = original(ssl, x509, pkey);

  return ret < 0 ? 0 : ret;
}
