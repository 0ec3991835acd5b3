#include "pair_handover.h"

#include "outcome.h"
#include "subject.h"

static int new_certificate(struct pair_handover *handover,
                           struct pair_handed *handed) {
  if (handed->certificate_name == IDENTITY_NONE) {
    return 1;
  }

  if (handover->loans != NULL) {
    handed->certificate =
        handover->loans->certificate(handed->certificate_name);
    handed->certificate_lent = handed->certificate != NULL;
  }
  if (handed->certificate_lent) {
    handed->certificate_counted = true;
    return 1;
  }

  handed->certificate = pair_identity_new_certificate(handover->identities,
                                                      handed->certificate_name);
  handed->certificate_counted =
      handed->certificate != NULL &&
      subject_on_certificate_freed(handed->certificate,
                                   &handed->certificate_freed) == 1;
  return handed->certificate != NULL &&
         (handed->certificate_counted || X509_up_ref(handed->certificate));
}

static int new_key(struct pair_handover *handover, struct pair_handed *handed) {
  if (handed->key_name == IDENTITY_NONE) {
    return 1;
  }

  if (handover->loans != NULL) {
    handed->key = handover->loans->key(handed->key_name);
    handed->key_lent = handed->key != NULL;
  }
  if (handed->key_lent) {
    handed->key_counted = true;
    return 1;
  }

  handed->key = pair_identity_new_key(handover->identities, handed->key_name);
  handed->key_counted =
      handed->key != NULL &&
      subject_on_key_freed(handed->key, &handed->key_freed) == 1;
  return handed->key != NULL &&
         (handed->key_counted || EVP_PKEY_up_ref(handed->key));
}

int pair_handover_give(struct pair_handover *handover,
                       const struct answer *answer, X509 **out_certificate,
                       EVP_PKEY **out_key) {
  if (handover->num_handed == PAIR_MAX_HANDED) {
    return 0;
  }

  struct pair_handed *handed = &handover->handed[handover->num_handed++];
  *handed = (struct pair_handed){.certificate_name = answer->certificate,
                                 .key_name = answer->key};
  if (!new_certificate(handover, handed) || !new_key(handover, handed)) {
    return 0;
  }

  *out_certificate = handed->certificate;
  *out_key = handed->key;
  return 1;
}

static unsigned certificate_freed(const struct pair_handover *handover,
                                  const struct pair_handed *handed) {
  return handed->certificate_lent
             ? handover->loans->certificate_is_back(handed->certificate)
             : handed->certificate_freed;
}

static unsigned key_freed(const struct pair_handover *handover,
                          const struct pair_handed *handed) {
  return handed->key_lent ? handover->loans->key_is_back(handed->key)
                          : handed->key_freed;
}

identity pair_handover_certificate(const struct pair_handover *handover,
                                   X509 *certificate) {
  for (size_t i = 0; i < handover->num_handed; i++) {
    const struct pair_handed *handed = &handover->handed[i];
    if (certificate != NULL && handed->certificate == certificate &&
        !certificate_freed(handover, handed)) {
      return handed->certificate_name;
    }
  }

  return pair_identity_of_certificate(handover->identities, certificate);
}

identity pair_handover_key(const struct pair_handover *handover,
                           EVP_PKEY *key) {
  for (size_t i = 0; i < handover->num_handed; i++) {
    const struct pair_handed *handed = &handover->handed[i];
    if (key != NULL && handed->key == key && !key_freed(handover, handed)) {
      return handed->key_name;
    }
  }

  return pair_identity_of_key(handover->identities, key);
}

unsigned pair_handover_certificates_freed(
    const struct pair_handover *handover) {
  unsigned freed = 0;

  for (size_t i = 0; i < handover->num_handed; i++) {
    freed += certificate_freed(handover, &handover->handed[i]);
  }
  return freed;
}

unsigned pair_handover_keys_freed(const struct pair_handover *handover) {
  unsigned freed = 0;

  for (size_t i = 0; i < handover->num_handed; i++) {
    freed += key_freed(handover, &handover->handed[i]);
  }
  return freed;
}

unsigned pair_handover_unseen(const struct pair_handover *handover) {
  unsigned unseen = 0;

  for (size_t i = 0; i < handover->num_handed; i++) {
    const struct pair_handed *handed = &handover->handed[i];

    if (handed->certificate != NULL && !handed->certificate_counted) {
      unseen |= outcome_bit("certificates_freed");
    }
    if (handed->key != NULL && !handed->key_counted) {
      unseen |= outcome_bit("keys_freed");
    }
  }
  return unseen;
}

void pair_handover_free(struct pair_handover *handover) {
  for (size_t i = 0; i < handover->num_handed; i++) {
    struct pair_handed *handed = &handover->handed[i];

    if (!certificate_freed(handover, handed)) {
      X509_free(handed->certificate);
    }
    if (!key_freed(handover, handed)) {
      EVP_PKEY_free(handed->key);
    }
  }
  handover->num_handed = 0;
}
