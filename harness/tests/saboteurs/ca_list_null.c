/* ca_list_null: the server's list of CAs cannot be had. */
#define _GNU_SOURCE
#include "saboteur.h"

STACK_OF(X509_NAME) * SSL_get_client_CA_list(const SSL *ssl) {
  (void)ssl;
  return NULL;
}
