/* pair_identities: the certificates and keys of identity_table, encoded, so
 * that new objects can be made of them, and known again, at little cost. */
#ifndef CERTSPEC_PAIR_IDENTITIES_H
#define CERTSPEC_PAIR_IDENTITIES_H

#include <openssl/evp.h>
#include <openssl/x509.h>
#include <stddef.h>

#include "error.h"
#include "pki.h"
#include "scenario.h"

enum { PAIR_MAX_IDENTITIES = 16 };

struct pair_identity {
  X509 *certificate; /* borrowed */
  EVP_PKEY *key;     /* borrowed */
  unsigned char *der;
  int der_len;
  unsigned char *key_der;
  int key_der_len;
};

struct pair_identities {
  struct pki *pki; /* borrowed */
  struct pair_identity all[PAIR_MAX_IDENTITIES];
};

/* pair_identities_load encodes all of |pki| that scenarios name; what the
 * library cannot decode is left out. 1, or 0 with |error|. Free with
 * pair_identities_free. */
int pair_identities_load(struct pair_identities *out, struct pki *pki,
                         struct certspec_error *error);

void pair_identities_free(struct pair_identities *identities);

/* pair_identity_new_certificate and pair_identity_new_key return objects that
 * share nothing with others, or NULL. The caller owns them. */
X509 *pair_identity_new_certificate(const struct pair_identities *identities,
                                    identity which);
EVP_PKEY *pair_identity_new_key(const struct pair_identities *identities,
                                identity which);

/* pair_identity_of_der, ..._of_certificate and ..._of_key return whose it is:
 * IDENTITY_NONE for NULL, IDENTITY_UNKNOWN for a stranger's. A key is known by
 * its object alone. */
identity pair_identity_of_der(const struct pair_identities *identities,
                              const unsigned char *der, size_t der_len);
identity pair_identity_of_certificate(const struct pair_identities *identities,
                                      X509 *certificate);
identity pair_identity_of_key(const struct pair_identities *identities,
                              const EVP_PKEY *key);

#endif
