/* pair_handover: the certificates and keys that the callback hands over in one
 * scenario, each an object of its own, so that it can be seen when each is
 * freed. */
#ifndef CERTSPEC_PAIR_HANDOVER_H
#define CERTSPEC_PAIR_HANDOVER_H

#include <openssl/evp.h>
#include <openssl/x509.h>
#include <stdbool.h>
#include <stddef.h>

#include "pair.h"
#include "pair_identities.h"
#include "scenario.h"

enum { PAIR_MAX_HANDED = 128 };

struct pair_handed {
  identity certificate_name;
  identity key_name;
  X509 *certificate; /* dangling once it is freed */
  EVP_PKEY *key;
  unsigned certificate_freed;
  unsigned key_freed;
  bool certificate_counted; /* else a reference of its own keeps it alive */
  bool key_counted;
  bool certificate_lent; /* by pair_loans */
  bool key_lent;
};

struct pair_handover {
  const struct pair_identities *identities;
  const struct pair_loans *loans; /* or NULL */
  struct pair_handed handed[PAIR_MAX_HANDED];
  size_t num_handed;
};

/* pair_handover_give makes or borrows objects for |answer| and gives them:
 * whoever takes them owns them. 1, or 0 when there is no memory, or no room. */
int pair_handover_give(struct pair_handover *handover,
                       const struct answer *answer, X509 **out_certificate,
                       EVP_PKEY **out_key);

/* pair_handover_certificate and pair_handover_key return the identity of an
 * object: IDENTITY_NONE for NULL, IDENTITY_UNKNOWN for a stranger. */
identity pair_handover_certificate(const struct pair_handover *handover,
                                   X509 *certificate);
identity pair_handover_key(const struct pair_handover *handover, EVP_PKEY *key);

/* pair_handover_certificates_freed and pair_handover_keys_freed count the
 * objects handed over that are freed by now. */
unsigned pair_handover_certificates_freed(const struct pair_handover *handover);
unsigned pair_handover_keys_freed(const struct pair_handover *handover);

/* pair_handover_unseen returns which members of an outcome this library does
 * not let us see, for objects it cannot count the end of: bits of
 * outcome_bit. */
unsigned pair_handover_unseen(const struct pair_handover *handover);

/* pair_handover_free frees what nobody has freed, when all SSL objects are
 * gone. */
void pair_handover_free(struct pair_handover *handover);

#endif
