/* What an SSL object holds: a certificate and a key for each type. */
#include "model_state.h"

static enum key_type type_of(identity what) {
  size_t num;

  return identity_table(&num)[what].type;
}

/* Puts |held| into |slot|; what was there is freed. */
static void put(struct held *slot, struct held held, unsigned *freed) {
  *freed += slot->handed;
  *slot = held;
}

void model_clear_slots(struct model *model) {
  for (int i = 0; i < NUM_KEY_TYPES; i++) {
    put(&model->slots.certificates[i], (struct held){0},
        &model->certificates_freed);
    put(&model->slots.keys[i], (struct held){0}, &model->keys_freed);
  }
}

enum key_type model_slot(struct model *model, enum key_type type) {
  return type != KEY_REFUSED && type != KEY_ECDSA &&
                 model_way(model, WAY_ONE_SLOT)
             ? KEY_ECDSA
             : type;
}

/* SSL_use_certificate. */
static int use_certificate(struct model *model, struct held held) {
  enum key_type type = model_slot(model, type_of(held.what));

  if (type == KEY_REFUSED) { /* INSTALL-3 */
    model->residue = "SSL_R_UNKNOWN_CERTIFICATE_TYPE";
    model->certificates_freed += held.handed;
    return 0;
  }

  if (held.handed && model_way(model, WAY_CERTIFICATE_COPIED)) {
    model->certificates_freed++;
    held.handed = false;
  }
  if (model->slots.keys[type].what != held.what &&
      !model_way(model, WAY_MISMATCH_SENT)) {
    put(&model->slots.keys[type], (struct held){0}, &model->keys_freed);
  }
  put(&model->slots.certificates[type], held, &model->certificates_freed);
  if (model->owns_certificate) {
    model->shown = IDENTITY_NONE;
  }
  model->owns_certificate = true;
  model->is_key_stale =
      model->slots.keys[type].what != IDENTITY_NONE &&
      type_of(model->slots.keys[type].what) != type_of(held.what);
  model->slots.current = type;
  return 1;
}

/* SSL_use_PrivateKey. */
static int use_key(struct model *model, struct held held) {
  enum key_type type = model_slot(model, type_of(held.what));
  struct held *certificate = &model->slots.certificates[type];

  if (type == KEY_REFUSED) {
    model->residue = "SSL_R_UNKNOWN_CERTIFICATE_TYPE";
    model->keys_freed += held.handed;
    return 0;
  }
  if (certificate->what != IDENTITY_NONE && certificate->what != held.what &&
      !model_way(model, WAY_MISMATCH_SENT)) {
    model_by(model, "observed: what a key that does not fit leaves installed");
    model->residue = type_of(certificate->what) == type_of(held.what)
                         ? "X509_R_KEY_VALUES_MISMATCH"
                         : "X509_R_KEY_TYPE_MISMATCH";
    model->keys_freed += held.handed;
    if (!model->facts->mismatch_keeps_certificate) {
      put(certificate, (struct held){0}, &model->certificates_freed);
    }
    return 0;
  }

  put(&model->slots.keys[type], held, &model->keys_freed);
  model->is_key_stale = false;
  model->slots.current = type;
  return 1;
}

int model_use_pair(struct model *model, identity certificate, identity key,
                   bool handed) {
  if (certificate != IDENTITY_NONE &&
      !use_certificate(model, (struct held){certificate, handed})) {
    model->keys_freed += handed && key != IDENTITY_NONE;
    return 0;
  }

  return key == IDENTITY_NONE || use_key(model, (struct held){key, handed});
}

/* Whether the request's signature algorithms allow keys of |type|. */
static bool allowed(const struct model *model, enum key_type type) {
  const struct scenario *scenario = model->scenario;

  if (model->post_handshake_request && model->resumed &&
      model->facts->resumed_request_without_algorithms) {
    return false;
  }
  if (protocol_before_tls12(
          scenario->protocol)) { /* the request cannot name any */
    return type != KEY_ED25519;
  }
  return scenario->algorithms == ALGORITHMS_ANY ||
         (scenario->algorithms == ALGORITHMS_ECDSA && type == KEY_ECDSA) ||
         (scenario->algorithms == ALGORITHMS_RSA && type == KEY_RSA);
}

/* Whether a certificate is set that can answer the request. */
bool model_usable(struct model *model) {
  static const enum key_type preference[] = {KEY_ECDSA, KEY_ED25519, KEY_RSA};

  for (size_t i = 0; i < sizeof(preference) / sizeof(preference[0]); i++) {
    enum key_type type = preference[i];

    if (model->slots.certificates[type].what == IDENTITY_NONE ||
        model->slots.keys[type].what == IDENTITY_NONE) {
      continue;
    }
    if (!model->tls13 && type != model->slots.current) {
      model_by(model, "observed: up to TLS 1.2 only what was set last counts");
      continue;
    }
    if (!allowed(model, type_of(model->slots.certificates[type].what))) {
      model_by(model, "observed: a certificate that does not fit the request");
      continue;
    }
    model->slots.current = type;
    return true;
  }

  return false;
}

bool model_has_half(const struct model *model) {
  for (int i = 0; i < NUM_KEY_TYPES; i++) {
    if (model->slots.certificates[i].what != IDENTITY_NONE &&
        model->slots.keys[i].what == IDENTITY_NONE) {
      return true;
    }
  }

  return false;
}
