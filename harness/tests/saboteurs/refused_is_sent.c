/* refused_is_sent: where SSL_use_certificate would refuse, a certificate is
 * sent. */
#define _GNU_SOURCE
#include "saboteur.h"

int sabotage_callback(SSL *ssl, X509 **x509, EVP_PKEY **pkey,
                      client_cert_cb *original) {
  int ret = original(ssl, x509, pkey);
  SSL *trial = REAL(SSL_new)(SSL_get_SSL_CTX(ssl));

  if (ret == 1 && *x509 != NULL && *pkey != NULL &&
      (SSL_use_certificate(trial, *x509) != 1 ||
       SSL_use_PrivateKey(trial, *pkey) != 1)) {
    drop_pair(x509, pkey);
    foreign_pair(x509, pkey);
  }
  ERR_clear_error();
  SSL_free(trial);
  return ret;
}
