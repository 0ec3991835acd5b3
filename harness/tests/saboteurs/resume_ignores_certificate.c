/* resume_ignores_certificate: after a suspension the callback's certificate is
 * not taken. */
#define _GNU_SOURCE
#include "saboteur.h"

int sabotage_callback(SSL *ssl, X509 **x509, EVP_PKEY **pkey,
                      client_cert_cb *original) {
  static int suspended;
  int ret = original(ssl, x509, pkey);

  if (ret == 1 && suspended) {
    drop_pair(x509, pkey);
    return 0;
  }

  suspended = ret < 0;
  return ret;
}
