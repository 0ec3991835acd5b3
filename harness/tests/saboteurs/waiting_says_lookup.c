/* waiting_says_lookup: waiting for the peer is reported as
 * SSL_ERROR_WANT_X509_LOOKUP. */
#define _GNU_SOURCE
#include "saboteur.h"

int SSL_get_error(const SSL *ssl, int ret) {
  int value = REAL(SSL_get_error)(ssl, ret);

  return value == SSL_ERROR_WANT_READ ? SSL_ERROR_WANT_X509_LOOKUP : value;
}
