/* preset_obeys_ca_list: a certificate that was set is held back when its issuer
 * is not in the server's list. */
#define _GNU_SOURCE
#include "saboteur.h"

static int hold_back(SSL *ssl, void *argument) {
  const STACK_OF(X509_NAME) *names = SSL_get_client_CA_list(ssl);
  const X509 *certificate = SSL_get_certificate(ssl);

  (void)argument;
  if (certificate == NULL || sk_X509_NAME_num(names) <= 0)
    return 1;

  for (int i = 0; i < sk_X509_NAME_num(names); i++) {
    if (X509_NAME_cmp(sk_X509_NAME_value(names, i),
                      X509_get_issuer_name(certificate)) == 0) {
      return 1;
    }
  }

  SSL_certs_clear(ssl);
  return 1;
}

SSL *SSL_new(SSL_CTX *ctx) {
  SSL *ssl = REAL(SSL_new)(ctx);

  if (ssl != NULL)
    SSL_set_cert_cb(ssl, hold_back, NULL);
  return ssl;
}
