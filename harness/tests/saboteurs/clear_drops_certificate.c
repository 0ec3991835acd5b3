/* clear_drops_certificate: SSL_clear takes the installed pair away. */
#define _GNU_SOURCE
#include "saboteur.h"

int SSL_clear(SSL *ssl) {
  SSL_certs_clear(ssl);
  return REAL(SSL_clear)(ssl);
}
