/* subject_segfaults: the handshake reads from nowhere. */
#define _GNU_SOURCE
#include <signal.h>

#include "saboteur.h"

int SSL_do_handshake(SSL *ssl) {
  (void)ssl;
  signal(SIGSEGV, SIG_DFL);
  return raise(SIGSEGV);
}
