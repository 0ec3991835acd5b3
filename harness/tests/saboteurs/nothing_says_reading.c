/* nothing_says_reading: SSL_want tells of reading when nothing is wanted. */
#define _GNU_SOURCE
#include "saboteur.h"

int SSL_want(const SSL *ssl) {
  int value = REAL(SSL_want)(ssl);

  return value == SSL_NOTHING ? SSL_READING : value;
}
