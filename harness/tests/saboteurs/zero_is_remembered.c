/* zero_is_remembered: after 0 the SSL object's later requests are met with
 * none, unasked. */
#define _GNU_SOURCE
#include "saboteur.h"

int sabotage_callback(SSL *ssl, X509 **x509, EVP_PKEY **pkey,
                      client_cert_cb *original) {
  static const SSL *answered;
  int ret = ssl == answered ? 0 : original(ssl, x509, pkey);

  if (ret == 0)
    answered = ssl;
  return ret;
}
