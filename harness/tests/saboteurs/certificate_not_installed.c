/* certificate_not_installed: SSL_get_certificate never finds the callback's
 * certificate. */
#define _GNU_SOURCE
#include "saboteur.h"

X509 *SSL_get_certificate(const SSL *ssl) {
  (void)ssl;
  return NULL;
}
