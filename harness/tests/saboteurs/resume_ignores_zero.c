/* resume_ignores_zero: after a suspension 0 has a certificate sent. */
#define _GNU_SOURCE
#include "saboteur.h"

int sabotage_callback(SSL *ssl, X509 **x509, EVP_PKEY **pkey,
                      client_cert_cb *original) {
  static int suspended;
  int ret = original(ssl, x509, pkey);

  if (ret == 0 && suspended) {
    foreign_pair(x509, pkey);
    return 1;
  }

  suspended = ret < 0;
  return ret;
}
