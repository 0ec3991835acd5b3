/* clear_does_nothing: SSL_clear leaves everything as it is. */
#define _GNU_SOURCE
#include "saboteur.h"

int SSL_clear(SSL *ssl) {
  (void)ssl;
  return 1;
}
