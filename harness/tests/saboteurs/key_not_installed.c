/* key_not_installed: SSL_get_privatekey never finds the callback's key. */
#define _GNU_SOURCE
#include "saboteur.h"

EVP_PKEY *SSL_get_privatekey(const SSL *ssl) {
  (void)ssl;
  return NULL;
}
