/* Planted: SSL_certs_clear does nothing once the handshake is finished. */
#include <openssl/ssl.h>

void __real_SSL_certs_clear(SSL *ssl);
void __wrap_SSL_certs_clear(SSL *ssl);

void __wrap_SSL_certs_clear(SSL *ssl) {
  if (!SSL_is_init_finished(ssl)) {
    __real_SSL_certs_clear(ssl);
  }
}
