/* subject_loops: the handshake never returns. */
#define _GNU_SOURCE
#include "saboteur.h"

int SSL_do_handshake(SSL *ssl) {
  (void)ssl;
  for (volatile unsigned turn = 0;; turn = turn + 1) {
  }
}
