/* preset_not_sent: a certificate that was set is forgotten before the
 * handshake. */
#define _GNU_SOURCE
#include "saboteur.h"

int SSL_do_handshake(SSL *ssl) {
  if (SSL_in_before(ssl))
    SSL_certs_clear(ssl);

  return REAL(SSL_do_handshake)(ssl);
}

int SSL_connect(SSL *ssl) {
  if (SSL_in_before(ssl))
    SSL_certs_clear(ssl);

  return REAL(SSL_connect)(ssl);
}
