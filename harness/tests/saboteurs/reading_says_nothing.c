/* reading_says_nothing: SSL_want does not tell of reading. */
#define _GNU_SOURCE
#include "saboteur.h"

int SSL_want(const SSL *ssl) {
  int value = REAL(SSL_want)(ssl);

  return value == SSL_READING ? SSL_NOTHING : value;
}
