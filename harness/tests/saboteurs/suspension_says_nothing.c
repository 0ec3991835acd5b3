/* suspension_says_nothing: SSL_want does not tell what a suspended handshake
 * waits for. */
#define _GNU_SOURCE
#include "saboteur.h"

int SSL_want(const SSL *ssl) {
  int want = REAL(SSL_want)(ssl);

  return want == SSL_X509_LOOKUP ? SSL_NOTHING : want;
}
