/* suspension_answers_request: a suspended handshake has already told the server
 * that there is no certificate. */
#define _GNU_SOURCE
#include "saboteur.h"

static const SSL *pretending;

static int pretend(SSL *ssl, int ret) {
  return ssl == pretending ? -1 : ret;
}

/* The handshake went on behind the client's back: its next call only asks the
 * callback, as if there were still something to decide. */
static int ask_again(SSL *ssl) {
  X509 *x509 = NULL;
  EVP_PKEY *pkey = NULL;
  client_cert_cb *original = between_original(ssl);

  if (original == NULL)
    return 1;
  if (original(ssl, &x509, &pkey) < 0)
    return -1;

  X509_free(x509);
  EVP_PKEY_free(pkey);
  pretending = NULL;
  return 1;
}

int SSL_do_handshake(SSL *ssl) {
  if (ssl == pretending)
    return ask_again(ssl);

  return pretend(ssl, REAL(SSL_do_handshake)(ssl));
}

int SSL_connect(SSL *ssl) {
  if (ssl == pretending)
    return ask_again(ssl);

  return pretend(ssl, REAL(SSL_connect)(ssl));
}

int SSL_get_error(const SSL *ssl, int ret) {
  if (ssl == pretending && ret < 0)
    return SSL_ERROR_WANT_X509_LOOKUP;

  return REAL(SSL_get_error)(ssl, ret);
}

int sabotage_callback(SSL *ssl, X509 **x509, EVP_PKEY **pkey,
                      client_cert_cb *original) {
  int ret = original(ssl, x509, pkey);

  if (ret >= 0)
    return ret;

  pretending = ssl;
  return 0;
}
