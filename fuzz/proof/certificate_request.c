/* Planted: with more certificate_types than it has room for, the list of
 * names gets lost. */
#include <openssl/ssl.h>

STACK_OF(X509_NAME) * __real_SSL_get_client_CA_list(const SSL *ssl);
STACK_OF(X509_NAME) * __wrap_SSL_get_client_CA_list(const SSL *ssl);

STACK_OF(X509_NAME) * __wrap_SSL_get_client_CA_list(const SSL *ssl) {
  enum { MAX_TYPES = 9 };
  const unsigned char *types;

  return SSL_get0_certificate_types(ssl, &types) > MAX_TYPES
             ? NULL
             : __real_SSL_get_client_CA_list(ssl);
}
