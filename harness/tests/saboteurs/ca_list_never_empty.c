/* ca_list_never_empty: where the server named no CA, one is listed. */
#define _GNU_SOURCE
#include "saboteur.h"

STACK_OF(X509_NAME) * SSL_get_client_CA_list(const SSL *ssl) {
  static STACK_OF(X509_NAME) * invented;
  STACK_OF(X509_NAME) *names = REAL(SSL_get_client_CA_list)(ssl);

  if (sk_X509_NAME_num(names) > 0)
    return names;

  if (invented == NULL) {
    invented = sk_X509_NAME_new_null();
    sk_X509_NAME_push(invented, X509_NAME_new());
  }
  return invented;
}
