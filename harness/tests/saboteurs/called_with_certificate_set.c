/* called_with_certificate_set: a certificate that is set does not keep the
 * callback from being called. */
#define _GNU_SOURCE
#include "saboteur.h"

static X509 *set_before;
static EVP_PKEY *set_before_key;

/* Hides what is set, so that libssl comes to ask; the answer is dropped and
 * what was set is put back: nothing else is broken. */
static void hide(SSL *ssl) {
  if (set_before != NULL || between_original(ssl) == NULL)
    return;

  set_before = SSL_get_certificate(ssl);
  set_before_key = SSL_get_privatekey(ssl);
  if (set_before == NULL || set_before_key == NULL)
    return;

  X509_up_ref(set_before);
  EVP_PKEY_up_ref(set_before_key);
  SSL_certs_clear(ssl);
}

int SSL_do_handshake(SSL *ssl) {
  if (SSL_in_before(ssl))
    hide(ssl);

  return REAL(SSL_do_handshake)(ssl);
}

int SSL_connect(SSL *ssl) {
  if (SSL_in_before(ssl))
    hide(ssl);

  return REAL(SSL_connect)(ssl);
}

int sabotage_callback(SSL *ssl, X509 **x509, EVP_PKEY **pkey,
                      client_cert_cb *original) {
  int ret = original(ssl, x509, pkey);

  if (set_before == NULL)
    return ret;

  drop_pair(x509, pkey);
  *x509 = set_before;
  *pkey = set_before_key;
  return 1;
}
