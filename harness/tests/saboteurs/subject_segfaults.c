/* subject_segfaults: a request for a certificate reads from nowhere. */
#define _GNU_SOURCE
#include <signal.h>

#include "saboteur.h"

int sabotage_callback(SSL *ssl, X509 **x509, EVP_PKEY **pkey,
                      client_cert_cb *original) {
  (void)ssl;
  (void)x509;
  (void)pkey;
  (void)original;
  signal(SIGSEGV, SIG_DFL);
  return raise(SIGSEGV);
}
