/* one_leaks: a reference to what the callback hands over is never dropped. */
#define _GNU_SOURCE
#include "saboteur.h"

int sabotage_callback(SSL *ssl, X509 **x509, EVP_PKEY **pkey,
                      client_cert_cb *original) {
  int ret = original(ssl, x509, pkey);

  if (ret == 1 && *x509 != NULL)
    X509_up_ref(*x509);
  if (ret == 1 && *pkey != NULL)
    EVP_PKEY_up_ref(*pkey);
  return ret;
}
