/* clear_forgets_later: the handshake after SSL_clear begins without the pair.
 */
#define _GNU_SOURCE
#include "saboteur.h"

static const SSL *cleared;

int SSL_clear(SSL *ssl) {
  cleared = ssl;
  return REAL(SSL_clear)(ssl);
}

static void forget(SSL *ssl) {
  if (ssl == cleared)
    SSL_certs_clear(ssl);
  cleared = NULL;
}

int SSL_do_handshake(SSL *ssl) {
  forget(ssl);
  return REAL(SSL_do_handshake)(ssl);
}

int SSL_connect(SSL *ssl) {
  forget(ssl);
  return REAL(SSL_connect)(ssl);
}
