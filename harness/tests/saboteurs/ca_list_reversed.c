/* ca_list_reversed: the server's list of CAs comes in reverse. */
#define _GNU_SOURCE
#include "saboteur.h"

STACK_OF(X509_NAME) * SSL_get_client_CA_list(const SSL *ssl) {
  static STACK_OF(X509_NAME) * reversed;
  const STACK_OF(X509_NAME) *names = REAL(SSL_get_client_CA_list)(ssl);

  if (names == NULL)
    return NULL;

  sk_X509_NAME_free(reversed);
  reversed = sk_X509_NAME_new_null();
  for (int i = sk_X509_NAME_num(names); i-- > 0;) {
    sk_X509_NAME_push(reversed, sk_X509_NAME_value(names, i));
  }
  return reversed;
}
