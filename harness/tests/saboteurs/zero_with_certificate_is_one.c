/* zero_with_certificate_is_one: 0 with a certificate set has it sent. */
#define _GNU_SOURCE
#include "saboteur.h"

int sabotage_callback(SSL *ssl, X509 **x509, EVP_PKEY **pkey,
                      client_cert_cb *original) {
  int ret = original(ssl, x509, pkey);

  return ret == 0 && *x509 != NULL && *pkey != NULL ? 1 : ret;
}
