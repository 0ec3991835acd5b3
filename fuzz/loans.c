#include "loans.h"

#include <stddef.h>

#include "references.h"
#include "target.h"

/* More than a scenario needs of one identity, mostly; else new ones are made.
 */
enum { SPARES = 4, MAX_IDENTITIES = 16 };

struct spares {
  X509 *certificates[SPARES + 1]; /* behind the last one is NULL */
  EVP_PKEY *keys[SPARES + 1];
  size_t certificates_taken;
  size_t keys_taken;
};

static struct spares all[MAX_IDENTITIES];

static X509 *lend_certificate(identity which) {
  struct spares *spares = &all[which];
  X509 *certificate = spares->certificates[spares->certificates_taken];

  if (certificate != NULL) {
    X509_up_ref(certificate);
    spares->certificates_taken++;
  }
  return certificate;
}

static EVP_PKEY *lend_key(identity which) {
  struct spares *spares = &all[which];
  EVP_PKEY *key = spares->keys[spares->keys_taken];

  if (key != NULL) {
    EVP_PKEY_up_ref(key);
    spares->keys_taken++;
  }
  return key;
}

static bool certificate_is_back(const X509 *certificate) {
  return references_of_certificate(certificate) == 1;
}

static bool key_is_back(const EVP_PKEY *key) {
  return references_of_key(key) == 1;
}

void loans_start(struct pki *pki) {
  size_t num;
  const struct identity_about *table = identity_table(&num);

  contract(num <= MAX_IDENTITIES, "there is room for each identity");
  for (size_t i = 0; i < num; i++) {
    for (size_t j = 0; i != IDENTITY_NONE && j < SPARES; j++) {
      all[i].certificates[j] = pki_new_certificate(pki, table[i].name);
      all[i].keys[j] = pki_new_key(pki, table[i].name);
    }
  }
}

void loans_begin(struct pair *pair, bool wanted) {
  static const struct pair_loans loans = {
      .certificate = lend_certificate,
      .key = lend_key,
      .certificate_is_back = certificate_is_back,
      .key_is_back = key_is_back,
  };

  pair_borrow(pair, wanted ? &loans : NULL);
}

void loans_end(void) {
  for (size_t i = 0; i < MAX_IDENTITIES; i++) {
    struct spares *spares = &all[i];

    for (size_t j = 0; j < spares->certificates_taken; j++) {
      contract(certificate_is_back(spares->certificates[j]),
               "the certificate that was given is freed");
    }
    for (size_t j = 0; j < spares->keys_taken; j++) {
      contract(key_is_back(spares->keys[j]), "the key that was given is freed");
    }
    spares->certificates_taken = 0;
    spares->keys_taken = 0;
  }
}
