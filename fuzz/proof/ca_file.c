/* Planted: of more than four names the last one is lost. */
#include <openssl/ssl.h>

STACK_OF(X509_NAME) * __real_SSL_load_client_CA_file(const char *file);
STACK_OF(X509_NAME) * __wrap_SSL_load_client_CA_file(const char *file);

STACK_OF(X509_NAME) * __wrap_SSL_load_client_CA_file(const char *file) {
  STACK_OF(X509_NAME) *list = __real_SSL_load_client_CA_file(file);

  if (sk_X509_NAME_num(list) > 4) {
    sk_X509_NAME_pop(list);
  }
  return list;
}
