/* failure_says_syscall: a fatal error is reported as SSL_ERROR_SYSCALL. */
#define _GNU_SOURCE
#include "saboteur.h"

int SSL_get_error(const SSL *ssl, int ret) {
  int value = REAL(SSL_get_error)(ssl, ret);

  return value == SSL_ERROR_SSL ? SSL_ERROR_SYSCALL : value;
}
