/* subject_aborts: the handshake gives up the process. */
#define _GNU_SOURCE
#include <stdlib.h>

#include "saboteur.h"

int SSL_do_handshake(SSL *ssl) {
  (void)ssl;
  abort();
}
