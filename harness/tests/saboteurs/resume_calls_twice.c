/* resume_calls_twice: after a suspension the callback is asked twice. */
#define _GNU_SOURCE
#include "saboteur.h"

int sabotage_callback(SSL *ssl, X509 **x509, EVP_PKEY **pkey,
                      client_cert_cb *original) {
  static int suspended;
  int ret = original(ssl, x509, pkey);

  if (suspended && ret < 0)
    ret = original(ssl, x509, pkey);
  if (suspended && ret == 1) {
    drop_pair(x509, pkey);
    ret = original(ssl, x509, pkey);
  }

  suspended = ret < 0;
  return ret;
}
