/* raw_public_key_unchosen: the Certificate holds a raw public key though the
 * server chose no type (TLS 1.3). */
#define _GNU_SOURCE
#include <openssl/x509.h>
#include <string.h>

#include "saboteur.h"

static unsigned char *key;
static int key_len;

int sabotage_callback(SSL *ssl, X509 **x509, EVP_PKEY **pkey,
                      client_cert_cb *original) {
  int ret = original(ssl, x509, pkey);

  if (ret == 1 && key == NULL && SSL_version(ssl) == TLS1_3_VERSION)
    key_len = i2d_PUBKEY(*pkey, &key);
  return ret;
}

static unsigned char *put_length(unsigned char *at, size_t len) {
  *at++ = (unsigned char)(len >> 16);
  *at++ = (unsigned char)(len >> 8);
  *at++ = (unsigned char)len;
  return at;
}

size_t sabotage_sent(unsigned char content_type, unsigned char *data,
                     size_t len) {
  size_t size = (size_t)key_len;
  unsigned char *at;

  /* Four lengths and a context. */
  if (content_type != CONTENT_HANDSHAKE || data[0] != MESSAGE_CERTIFICATE ||
      key_len <= 0 || size + 13 > len) {
    return len;
  }

  at = put_length(data + 1, size + 9);
  *at++ = 0;
  at = put_length(at, size + 5);
  at = put_length(at, size);
  memcpy(at, key, size);
  memset(at + size, 0, 2);
  return size + 13;
}
