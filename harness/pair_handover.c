#include "pair_handover.h"

#include "outcome.h"
#include "subject.h"

static int new_certificate(struct pair_handover *handover,
                           struct pair_handed *handed) {
  if (handed->certificate_name == IDENTITY_NONE) {
    return 1;
  }

  handed->certificate = pair_identity_new_certificate(handover->identities,
                                                      handed->certificate_name);
  handed->certificate_counted =
      handed->certificate != NULL && subject_tells_freed_certificates() &&
      subject_on_certificate_freed(handed->certificate,
                                   &handed->certificate_freed) == 1;
  return handed->certificate != NULL &&
         (handed->certificate_counted || X509_up_ref(handed->certificate));
}

static int new_key(struct pair_handover *handover, struct pair_handed *handed) {
  if (handed->key_name == IDENTITY_NONE) {
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

identity pair_handover_certificate(const struct pair_handover *handover,
                                   X509 *certificate) {
  for (size_t i = 0; i < handover->num_handed; i++) {
    const struct pair_handed *handed = &handover->handed[i];
    if (certificate != NULL && handed->certificate == certificate &&
        !handed->certificate_freed) {
      return handed->certificate_name;
    }
  }

  return pair_identity_of_certificate(handover->identities, certificate);
}

identity pair_handover_key(const struct pair_handover *handover,
                           EVP_PKEY *key) {
  for (size_t i = 0; i < handover->num_handed; i++) {
    const struct pair_handed *handed = &handover->handed[i];
    if (key != NULL && handed->key == key && !handed->key_freed) {
      return handed->key_name;
    }
  }

  return pair_identity_of_key(handover->identities, key);
}

unsigned pair_handover_certificates_freed(
    const struct pair_handover *handover) {
  unsigned freed = 0;

  for (size_t i = 0; i < handover->num_handed; i++) {
    freed += handover->handed[i].certificate_freed;
  }
  return freed;
}

unsigned pair_handover_keys_freed(const struct pair_handover *handover) {
  unsigned freed = 0;

  for (size_t i = 0; i < handover->num_handed; i++) {
    freed += handover->handed[i].key_freed;
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

    if (handed->certificate_freed == 0) {
      X509_free(handed->certificate);
    }
    if (handed->key_freed == 0) {
      EVP_PKEY_free(handed->key);
    }
  }
  handover->num_handed = 0;
}
