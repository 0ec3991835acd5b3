/* suspension_swallowed: the callback is called until it has an answer: the
 * handshake function does not return. */
#define _GNU_SOURCE
#include "saboteur.h"

int sabotage_callback(SSL *ssl, X509 **x509, EVP_PKEY **pkey,
                      client_cert_cb *original) {
  int ret = -1;

  while (ret < 0)
    ret = original(ssl, x509, pkey);

  return ret;
}
