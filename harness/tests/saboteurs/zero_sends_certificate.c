/* zero_sends_certificate: 0 is answered with a certificate all the same. */
#define _GNU_SOURCE
#include "saboteur.h"

int sabotage_callback(SSL *ssl, X509 **x509, EVP_PKEY **pkey,
                      client_cert_cb *original) {
  int ret = original(ssl, x509, pkey);

  if (ret != 0)
    return ret;

  foreign_pair(x509, pkey);
  return 1;
}
