#include "first_use.h"

#include <openssl/x509v3.h>

void first_use(EVP_PKEY *key, X509 *certificate) {
  static const unsigned char digest[32] = {0};
  unsigned char signature[1024];
  size_t signature_len = sizeof(signature);
  EVP_PKEY_CTX *ctx = NULL;

  if (certificate != NULL) {
    (void)X509_check_purpose(certificate, -1, 0);
  }
  if (key != NULL && EVP_PKEY_base_id(key) == EVP_PKEY_RSA) {
    ctx = EVP_PKEY_CTX_new(key, NULL);
  }
  if (ctx != NULL && EVP_PKEY_sign_init(ctx) == 1) {
    (void)EVP_PKEY_sign(ctx, signature, &signature_len, digest, sizeof(digest));
  }
  EVP_PKEY_CTX_free(ctx);
}
