/* subject_exits: the handshake ends the process as if all were well. */
#define _GNU_SOURCE
#include <stdlib.h>

#include "saboteur.h"

int SSL_do_handshake(SSL *ssl) {
  (void)ssl;
  exit(0);
}
