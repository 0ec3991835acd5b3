/* no_request_is_fatal: without a request the handshake fails (up to TLS 1.2).
 */
#define _GNU_SOURCE
#include "saboteur.h"

static int refuse(SSL *ssl, int ret) {
  const unsigned char *types = NULL;

  if (ret == 1 && SSL_version(ssl) <= TLS1_2_VERSION &&
      SSL_get0_certificate_types(ssl, &types) == 0) {
    return -1;
  }

  return ret;
}

int SSL_do_handshake(SSL *ssl) {
  return refuse(ssl, REAL(SSL_do_handshake)(ssl));
}

int SSL_connect(SSL *ssl) {
  return refuse(ssl, REAL(SSL_connect)(ssl));
}
