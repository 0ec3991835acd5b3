/* chain_store_of_object_ignored: a chain store of the SSL object is not kept.
 */
#define _GNU_SOURCE
#include "saboteur.h"

long SSL_ctrl(SSL *ssl, int command, long number, void *pointer) {
  if (command == SSL_CTRL_SET_CHAIN_CERT_STORE)
    return 1;

  return REAL(SSL_ctrl)(ssl, command, number, pointer);
}
