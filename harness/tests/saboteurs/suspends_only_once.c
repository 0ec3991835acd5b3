/* suspends_only_once: the second suspension in a row is taken as 0. */
#define _GNU_SOURCE
#include "saboteur.h"

int sabotage_callback(SSL *ssl, X509 **x509, EVP_PKEY **pkey,
                      client_cert_cb *original) {
  static int suspended;
  int ret = original(ssl, x509, pkey);

  if (ret < 0 && suspended)
    return 0;

  suspended = ret < 0;
  return ret;
}
