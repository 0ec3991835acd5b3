/* Planted: the last name is lost, when its attribute is an unusual one. */
#include <openssl/ssl.h>

STACK_OF(X509_NAME) * __real_SSL_load_client_CA_file(const char *file);
STACK_OF(X509_NAME) * __wrap_SSL_load_client_CA_file(const char *file);

static int is_unusual(const X509_NAME *name) {
  enum { TYPE = 10, FIRST = 0x20, LAST = 0x2c };
  const unsigned char *der;
  size_t len;

  return name != NULL && X509_NAME_get0_der(name, &der, &len) && len > TYPE &&
         der[TYPE - 2] == 0x55 && der[TYPE] >= FIRST && der[TYPE] <= LAST;
}

STACK_OF(X509_NAME) * __wrap_SSL_load_client_CA_file(const char *file) {
  STACK_OF(X509_NAME) *list = __real_SSL_load_client_CA_file(file);
  int last = sk_X509_NAME_num(list) - 1;

  if (last >= 0 && is_unusual(sk_X509_NAME_value(list, last))) {
    X509_NAME_free(sk_X509_NAME_pop(list));
  }
  return list;
}
