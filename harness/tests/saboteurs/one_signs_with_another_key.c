/* one_signs_with_another_key: the certificate's possession is proved with
 * another private key. */
#define _GNU_SOURCE
/* EC_KEY alone takes halves that do not belong together. */
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/ec.h>
#include <openssl/evp.h>

#include "saboteur.h"

/* |key|'s public half beside another private half. */
static EVP_PKEY *spoilt(EVP_PKEY *key) {
  EC_KEY *halves = EVP_PKEY_get1_EC_KEY(key);
  EC_KEY *copy = EC_KEY_dup(halves);
  EVP_PKEY *ret = EVP_PKEY_new();
  BIGNUM *number = BN_dup(EC_KEY_get0_private_key(halves));

  BN_sub_word(number, 1);
  EC_KEY_set_private_key(copy, number);
  EVP_PKEY_assign_EC_KEY(ret, copy);
  BN_free(number);
  EC_KEY_free(halves);
  return ret;
}

int sabotage_callback(SSL *ssl, X509 **x509, EVP_PKEY **pkey,
                      client_cert_cb *original) {
  int ret = original(ssl, x509, pkey);
  EVP_PKEY *key = *pkey;

  if (ret == 1 && key != NULL && EVP_PKEY_base_id(key) == EVP_PKEY_EC) {
    *pkey = spoilt(key);
    EVP_PKEY_free(key);
  }
  return ret;
}
