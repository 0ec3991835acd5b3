/* only_minus_one_suspends: negative returns other than -1 are taken as 0. */
#define _GNU_SOURCE
#include "saboteur.h"

int sabotage_callback(SSL *ssl, X509 **x509, EVP_PKEY **pkey,
                      client_cert_cb *original) {
  int ret = original(ssl, x509, pkey);

  return ret < -1 ? 0 : ret;
}
