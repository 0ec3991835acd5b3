/* ca_list_loses_first: the first name of the server's list is lost. */
#define _GNU_SOURCE
#include "saboteur.h"

STACK_OF(X509_NAME) * SSL_get_client_CA_list(const SSL *ssl) {
  static STACK_OF(X509_NAME) * changed;
  const STACK_OF(X509_NAME) *names = REAL(SSL_get_client_CA_list)(ssl);

  if (names == NULL)
    return NULL;

  sk_X509_NAME_free(changed);
  changed = sk_X509_NAME_dup(names);
  if (sk_X509_NAME_num(names) > 0)
    sk_X509_NAME_delete(changed, 0);
  return changed;
}
