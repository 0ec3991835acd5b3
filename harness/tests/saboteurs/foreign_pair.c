/* foreign_pair: a certificate out of nowhere. */
#define _GNU_SOURCE
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <stdlib.h>

#include "saboteur.h"

#define RSA_BITS 2048

static int choose_size(EVP_PKEY_CTX *ctx, int type) {
  if (type == EVP_PKEY_RSA)
    return EVP_PKEY_CTX_set_rsa_keygen_bits(ctx, RSA_BITS);

  return EVP_PKEY_CTX_set_ec_paramgen_curve_nid(ctx, NID_X9_62_prime256v1);
}

static EVP_PKEY *new_key(int type) {
  EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_id(type, NULL);
  EVP_PKEY *key = NULL;

  if (ctx == NULL || EVP_PKEY_keygen_init(ctx) != 1 ||
      choose_size(ctx, type) != 1 || EVP_PKEY_keygen(ctx, &key) != 1) {
    abort();
  }

  EVP_PKEY_CTX_free(ctx);
  return key;
}

static void make_pair(int type, X509 **out_x509, EVP_PKEY **out_pkey) {
  EVP_PKEY *key = new_key(type);
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

void foreign_pair(X509 **out_x509, EVP_PKEY **out_pkey) {
  make_pair(EVP_PKEY_EC, out_x509, out_pkey);
}

void foreign_rsa_pair(X509 **out_x509, EVP_PKEY **out_pkey) {
  make_pair(EVP_PKEY_RSA, out_x509, out_pkey);
}
