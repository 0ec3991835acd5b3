/* suspension_says_ssl: a suspension is reported as SSL_ERROR_SSL. */
#define _GNU_SOURCE
#include "saboteur.h"

int SSL_get_error(const SSL *ssl, int ret) {
  int error = REAL(SSL_get_error)(ssl, ret);

  return error == SSL_ERROR_WANT_X509_LOOKUP ? SSL_ERROR_SSL : error;
}
