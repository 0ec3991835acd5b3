/* empty_certificate_is_signed: CertificateVerify follows a Certificate without
 * certificates. */
#define _GNU_SOURCE
#include <string.h>

#include "saboteur.h"

static int tls13;
static int declined;

int sabotage_callback(SSL *ssl, X509 **x509, EVP_PKEY **pkey,
                      client_cert_cb *original) {
  int ret = original(ssl, x509, pkey);

  if (ret != 0)
    return ret;

  tls13 = SSL_version(ssl) == TLS1_3_VERSION;
  declined = 1;
  foreign_pair(x509, pkey);
  return 1;
}

size_t sabotage_sent(unsigned char content_type, unsigned char *data,
                     size_t len) {
  static const unsigned char empty[] = {MESSAGE_CERTIFICATE, 0, 0, 3, 0, 0, 0};
  static const unsigned char empty13[] = {
      MESSAGE_CERTIFICATE, 0, 0, 4, 0, 0, 0, 0};

  if (!declined || content_type != CONTENT_HANDSHAKE ||
      data[0] != MESSAGE_CERTIFICATE) {
    return len;
  }

  if (tls13) {
    memcpy(data, empty13, sizeof(empty13));
    return sizeof(empty13);
  }

  memcpy(data, empty, sizeof(empty));
  return sizeof(empty);
}
