/* early_data_refused_is_fatal: a handshake whose 0-RTT data the server refused
 * fails. */
#define _GNU_SOURCE
#include "saboteur.h"

static int refuse(SSL *ssl, int ret) {
  if (ret == 1 && SSL_get_early_data_status(ssl) == SSL_EARLY_DATA_REJECTED) {
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
