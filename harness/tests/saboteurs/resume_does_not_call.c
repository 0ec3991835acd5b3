/* resume_does_not_call: after a suspension the callback is not asked again. */
#define _GNU_SOURCE
#include "saboteur.h"

int sabotage_callback(SSL *ssl, X509 **x509, EVP_PKEY **pkey,
                      client_cert_cb *original) {
  static int suspended;
  int ret;

  if (suspended)
    return 0;

  ret = original(ssl, x509, pkey);
  suspended = ret < 0;
  return ret;
}
