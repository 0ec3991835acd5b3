/* subject_exits: a request for a certificate ends the process as if all were
 * well. */
#define _GNU_SOURCE
#include <stdlib.h>

#include "saboteur.h"

int sabotage_callback(SSL *ssl, X509 **x509, EVP_PKEY **pkey,
                      client_cert_cb *original) {
  (void)ssl;
  (void)x509;
  (void)pkey;
  (void)original;
  exit(0);
}
