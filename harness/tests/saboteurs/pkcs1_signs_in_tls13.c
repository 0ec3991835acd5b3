/* pkcs1_signs_in_tls13: RSASSA-PKCS1-v1_5 makes CertificateVerify where the
 * request allows it alone. */
#define _GNU_SOURCE
#include <openssl/rsa.h>
#include <string.h>

#include "saboteur.h"

static const unsigned char PSS[] = {8, 4};
static const unsigned char PKCS1[] = {4, 1};

/* libssl would send no certificate; let it think of PSS. */
void sabotage_received(unsigned char *message, size_t len) {
  static const unsigned char allowed[] = {0, 2, 4, 1};
  unsigned char *list;

  if (message[0] != MESSAGE_CERTIFICATE_REQUEST)
    return;

  list = memmem(message, len, allowed, sizeof(allowed));
  if (list != NULL)
    memcpy(list + 2, PSS, sizeof(PSS));
}

size_t sabotage_sent(unsigned char content_type, unsigned char *data,
                     size_t len) {
  if (content_type == CONTENT_HANDSHAKE &&
      data[0] == MESSAGE_CERTIFICATE_VERIFY && len > 6 &&
      memcmp(data + 4, PSS, sizeof(PSS)) == 0) {
    memcpy(data + 4, PKCS1, sizeof(PKCS1));
  }
  return len;
}

/* Macros in some headers; a libssl with those signs with PSS, and only the name
 * in CertificateVerify is wrong. */
#undef EVP_PKEY_CTX_set_rsa_padding
#undef EVP_PKEY_CTX_set_rsa_pss_saltlen
int EVP_PKEY_CTX_set_rsa_padding(EVP_PKEY_CTX *ctx, int padding);
int EVP_PKEY_CTX_set_rsa_pss_saltlen(EVP_PKEY_CTX *ctx, int length);

/* What an RSA key signs with when it is told nothing is PKCS #1. */
static int making;

int EVP_PKEY_CTX_set_rsa_padding(EVP_PKEY_CTX *ctx, int padding) {
  if (EVP_PKEY_CTX_get_operation(ctx) == EVP_PKEY_OP_SIGNCTX)
    making = padding == RSA_PKCS1_PSS_PADDING;
  if (making)
    return 1;

  return REAL(EVP_PKEY_CTX_set_rsa_padding)(ctx, padding);
}

int EVP_PKEY_CTX_set_rsa_pss_saltlen(EVP_PKEY_CTX *ctx, int length) {
  if (making)
    return 1;

  return REAL(EVP_PKEY_CTX_set_rsa_pss_saltlen)(ctx, length);
}
