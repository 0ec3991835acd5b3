/* certificate_of_one_counts_for_all: with a certificate in one SSL object the
 * others are not asked. */
#define _GNU_SOURCE
#include "saboteur.h"

static const SSL *has_one;

int SSL_use_certificate(SSL *ssl, X509 *x509) {
  has_one = ssl;
  return REAL(SSL_use_certificate)(ssl, x509);
}

int sabotage_callback(SSL *ssl, X509 **x509, EVP_PKEY **pkey,
                      client_cert_cb *original) {
  int ret = has_one != NULL && has_one != ssl ? 0 : original(ssl, x509, pkey);

  if (ret == 1)
    has_one = ssl;
  return ret;
}
