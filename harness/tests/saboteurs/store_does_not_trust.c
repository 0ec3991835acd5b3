/* store_does_not_trust: what is put into the trusted store is not trusted. */
#define _GNU_SOURCE
#include "saboteur.h"

long SSL_get_verify_result(const SSL *ssl) {
  (void)ssl;
  return X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY;
}
