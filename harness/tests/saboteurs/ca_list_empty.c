/* ca_list_empty: the server's list of CAs is always empty. */
#define _GNU_SOURCE
#include "saboteur.h"

STACK_OF(X509_NAME) * SSL_get_client_CA_list(const SSL *ssl) {
  static STACK_OF(X509_NAME) * empty;

  (void)ssl;
  if (empty == NULL)
    empty = sk_X509_NAME_new_null();
  return empty;
}
