/* one_sends_another: the callback's certificate is swapped for another. */
#define _GNU_SOURCE
#include "saboteur.h"

int sabotage_callback(SSL *ssl, X509 **x509, EVP_PKEY **pkey,
                      client_cert_cb *original) {
  int ret = original(ssl, x509, pkey);

  if (ret != 1)
    return ret;

  drop_pair(x509, pkey);
  foreign_pair(x509, pkey);
  return ret;
}
