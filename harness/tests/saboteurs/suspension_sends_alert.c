/* suspension_sends_alert: a suspension tells the server of an error. */
#define _GNU_SOURCE
#include "saboteur.h"

int sabotage_callback(SSL *ssl, X509 **x509, EVP_PKEY **pkey,
                      client_cert_cb *original) {
  static const unsigned char internal_error[] = {21, 3, 3, 0, 2, 2, 80};
  int ret = original(ssl, x509, pkey);

  if (ret < 0) {
    BIO_write(SSL_get_wbio(ssl), internal_error, sizeof(internal_error));
  }
  return ret;
}
