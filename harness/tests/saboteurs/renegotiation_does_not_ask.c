/* renegotiation_does_not_ask: a request after the first handshake is met with
 * none. */
#define _GNU_SOURCE
#include "saboteur.h"

int sabotage_callback(SSL *ssl, X509 **x509, EVP_PKEY **pkey,
                      client_cert_cb *original) {
  unsigned char finished[64];

  if (SSL_get_finished(ssl, finished, sizeof(finished)) > 0)
    return 0;

  return original(ssl, x509, pkey);
}
