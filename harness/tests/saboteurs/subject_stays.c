/* subject_stays: a request for a certificate is met by going round in the
 * smallest of circles. */
#define _GNU_SOURCE
#include "saboteur.h"

int sabotage_callback(SSL *ssl, X509 **x509, EVP_PKEY **pkey,
                      client_cert_cb *original) {
  volatile int always = 1;

  (void)ssl;
  (void)x509;
  (void)pkey;
  (void)original;
  while (always) {
  }
  return 0;
}
