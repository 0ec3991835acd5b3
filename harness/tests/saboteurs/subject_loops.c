/* subject_loops: a request for a certificate is thought about for ever. */
#define _GNU_SOURCE
#include "saboteur.h"

int sabotage_callback(SSL *ssl, X509 **x509, EVP_PKEY **pkey,
                      client_cert_cb *original) {
  (void)ssl;
  (void)x509;
  (void)pkey;
  (void)original;
  for (volatile unsigned turn = 0;; turn = turn + 1) {
  }
}
