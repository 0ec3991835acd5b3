/* mismatch_suffices: 1 with a key of another certificate has a certificate
 * sent. */
#define _GNU_SOURCE
#include "saboteur.h"

int sabotage_callback(SSL *ssl, X509 **x509, EVP_PKEY **pkey,
                      client_cert_cb *original) {
  int ret = original(ssl, x509, pkey);

  if (ret == 1 && *x509 != NULL && *pkey != NULL &&
      X509_check_private_key(*x509, *pkey) != 1) {
    drop_pair(x509, pkey);
    foreign_pair(x509, pkey);
  }
  ERR_clear_error();
  return ret;
}
