#include "pair_identities.h"

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <string.h>

#include "subject.h"

static int load(struct pair_identity *out, struct pki *pki, const char *name) {
  out->certificate = pki_certificate(pki, name);
  out->key = pki_key(pki, name);
  if (out->certificate == NULL || out->key == NULL) {
    *out = (struct pair_identity){0};
    return pki_has(pki, name);
  }

  out->der_len = i2d_X509(out->certificate, &out->der);
  /* BoringSSL has no such encoding for Ed25519. */
  out->key_der_len = i2d_PrivateKey(out->key, &out->key_der);
  ERR_clear_error();
  return out->der_len > 0;
}

int pair_identities_load(struct pair_identities *out, struct pki *pki,
                         struct certspec_error *error) {
  size_t num;
  const struct identity_about *table = identity_table(&num);

  *out = (struct pair_identities){.pki = pki};
  for (size_t i = 1; i < num && i < PAIR_MAX_IDENTITIES; i++) {
    if (!load(&out->all[i], pki, table[i].name)) {
      pair_identities_free(out);
      return certspec_error_set(
          error, NULL, 0, "the pair: %s cannot be encoded", table[i].name);
    }
  }

  return 1;
}

void pair_identities_free(struct pair_identities *identities) {
  for (size_t i = 0; i < PAIR_MAX_IDENTITIES; i++) {
    OPENSSL_free(identities->all[i].der);
    OPENSSL_free(identities->all[i].key_der);
  }
  *identities = (struct pair_identities){0};
}

X509 *pair_identity_new_certificate(const struct pair_identities *identities,
                                    identity which) {
  const unsigned char *der = identities->all[which].der;

  return der == NULL ? NULL
                     : d2i_X509(NULL, &der, identities->all[which].der_len);
}

static EVP_PKEY *decode_key(const struct pair_identity *one) {
  const unsigned char *der = one->key_der;

  return one->key_der_len > 0 ? d2i_PrivateKey(EVP_PKEY_base_id(one->key), NULL,
                                               &der, one->key_der_len)
                              : NULL;
}

EVP_PKEY *pair_identity_new_key(const struct pair_identities *identities,
                                identity which) {
  const struct pair_identity *one = &identities->all[which];
  EVP_PKEY *key = one->key == NULL ? NULL : subject_copy_key(one->key);

  if (key == NULL) {
    key = decode_key(one);
  }
  return key != NULL ? key : pki_new_key(identities->pki, identity_name(which));
}

identity pair_identity_of_der(const struct pair_identities *identities,
                              const unsigned char *der, size_t der_len) {
  for (int i = 1; i < PAIR_MAX_IDENTITIES; i++) {
    const struct pair_identity *one = &identities->all[i];
    if (one->der != NULL && (size_t)one->der_len == der_len &&
        memcmp(one->der, der, der_len) == 0) {
      return (identity)i;
    }
  }

  return IDENTITY_UNKNOWN;
}

identity pair_identity_of_certificate(const struct pair_identities *identities,
                                      X509 *certificate) {
  unsigned char *der = NULL;

  if (certificate == NULL) {
    return IDENTITY_NONE;
  }
  for (int i = 1; i < PAIR_MAX_IDENTITIES; i++) {
    if (identities->all[i].certificate == certificate) {
      return (identity)i;
    }
  }

  int der_len = i2d_X509(certificate, &der);
  identity which = der_len > 0
                       ? pair_identity_of_der(identities, der, (size_t)der_len)
                       : IDENTITY_UNKNOWN;
  OPENSSL_free(der);
  return which;
}

identity pair_identity_of_key(const struct pair_identities *identities,
                              const EVP_PKEY *key) {
  if (key == NULL) {
    return IDENTITY_NONE;
  }
  for (int i = 1; i < PAIR_MAX_IDENTITIES; i++) {
    if (identities->all[i].key == key) {
      return (identity)i;
    }
  }

  return IDENTITY_UNKNOWN;
}
