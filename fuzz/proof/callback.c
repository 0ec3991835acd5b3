/* Planted: after three suspensions of one SSL object, SSL_get_error forgets
 * what it is waiting for. */
#include <openssl/ssl.h>

int __real_SSL_get_error(const SSL *ssl, int result);
int __wrap_SSL_get_error(const SSL *ssl, int result);

int __wrap_SSL_get_error(const SSL *ssl, int result) {
  enum { MAX_SUSPENSIONS = 3 };
  static const SSL *last;
  static int num;
  int error = __real_SSL_get_error(ssl, result);

  if (ssl != last || error != SSL_ERROR_WANT_X509_LOOKUP) {
    last = ssl;
    num = 0;
  }
  num += error == SSL_ERROR_WANT_X509_LOOKUP;
  return num > MAX_SUSPENSIONS ? SSL_ERROR_SYSCALL : error;
}
