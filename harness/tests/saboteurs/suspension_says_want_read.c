/* suspension_says_want_read: a suspension is reported as SSL_ERROR_WANT_READ.
 */
#define _GNU_SOURCE
#include "saboteur.h"

int SSL_get_error(const SSL *ssl, int ret) {
  int error = REAL(SSL_get_error)(ssl, ret);

  return error == SSL_ERROR_WANT_X509_LOOKUP ? SSL_ERROR_WANT_READ : error;
}
