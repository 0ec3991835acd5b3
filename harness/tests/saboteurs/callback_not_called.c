/* callback_not_called: a request for a certificate is met with none. */
#define _GNU_SOURCE
#include "saboteur.h"

int sabotage_callback(SSL *ssl, X509 **x509, EVP_PKEY **pkey,
                      client_cert_cb *original) {
  (void)ssl;
  (void)x509;
  (void)pkey;
  (void)original;
  return 0;
}
