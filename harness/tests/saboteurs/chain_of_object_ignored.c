/* chain_of_object_ignored: a chain set for the SSL object's certificate is not
 * kept. */
#define _GNU_SOURCE
#include "saboteur.h"

long SSL_ctrl(SSL *ssl, int command, long number, void *pointer) {
  if (command == SSL_CTRL_CHAIN_CERT)
    return 1;

  return REAL(SSL_ctrl)(ssl, command, number, pointer);
}
