/* foreign_pair: a certificate out of nowhere. */
#define _GNU_SOURCE
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <stdlib.h>

#include "saboteur.h"

static EVP_PKEY *new_key(void) {
  EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_id(EVP_PKEY_EC, NULL);
  EVP_PKEY *key = NULL;

  if (ctx == NULL || EVP_PKEY_keygen_init(ctx) != 1 ||
      EVP_PKEY_CTX_set_ec_paramgen_curve_nid(ctx, NID_X9_62_prime256v1) != 1 ||
      EVP_PKEY_keygen(ctx, &key) != 1) {
    abort();
  }

  EVP_PKEY_CTX_free(ctx);
  return key;
}

void foreign_pair(X509 **out_x509, EVP_PKEY **out_pkey) {
  EVP_PKEY *key = new_key();
  X509 *certificate = X509_new();
  X509_NAME *name = X509_NAME_new();

  if (certificate == NULL || name == NULL ||
      X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                                 (const unsigned char *)"saboteur", -1, -1,
                                 0) != 1 ||
      X509_set_subject_name(certificate, name) != 1 ||
      X509_set_issuer_name(certificate, name) != 1 ||
      ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1) != 1 ||
      X509_gmtime_adj(X509_getm_notBefore(certificate), -3600) == NULL ||
      X509_gmtime_adj(X509_getm_notAfter(certificate), 3600) == NULL ||
      X509_set_pubkey(certificate, key) != 1 ||
      X509_sign(certificate, key, EVP_sha256()) == 0) {
    abort();
  }

  X509_NAME_free(name);
  *out_x509 = certificate;
  *out_pkey = key;
}
