/* dup_drops_certificate: SSL_dup leaves the certificate behind. */
#define _GNU_SOURCE
#include "saboteur.h"

SSL *SSL_dup(SSL *ssl) {
  SSL *copy = REAL(SSL_dup)(ssl);

  if (copy != NULL)
    SSL_certs_clear(copy);
  return copy;
}
