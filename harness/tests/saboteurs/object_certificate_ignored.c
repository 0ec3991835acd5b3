/* object_certificate_ignored: SSL_use_certificate sets nothing. */
#define _GNU_SOURCE
#include "saboteur.h"

int SSL_use_certificate(SSL *ssl, X509 *x509) {
  (void)ssl;
  (void)x509;
  return 1;
}
