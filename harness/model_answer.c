/* How a request is answered: what the callback says, and what is sent. */
#include <openssl/ssl.h>

#include "model.h"
#include "model_state.h"

void model_send_certificate(struct model *model, bool any) {
  struct outcome_step *step = model->step;

  step->certificates++;
  step->sent = IDENTITY_NONE;
  model->refused = !any && model->scenario->request == REQUEST_REQUIRE;
  if (any) {
    enum key_type slot = model->slots.current;

    step->sent = model->slots.certificates[slot].what;
    step->verifies++;
    model->peer = step->sent;
    /* Only where it can be: WAY_MISMATCH_SENT. */
    model->refused = model->slots.keys[slot].what != step->sent;
    model->alert = "ERR_R_UNKNOWN_ERROR_NUMBER";
  } else {
    model->alert = NULL;
    model->peer = model->refused ? model->peer : step->sent;
  }
}

/* What a failure to come says, where the library has its own words for it. */
void model_fail_own(struct model *model, int error, const char *reason) {
  model->error = SSL_ERROR_SSL;
  if (model_way(model, WAY_OWN_ERRORS)) {
    model->error = model->post_handshake_request ? -504 : error;
    model->residue = reason;
  }
}

/* SSL_use_certificate and SSL_use_PrivateKey of what the callback handed over.
 * What they return. */
static int install(struct model *model, identity certificate, identity key) {
  bool owns = model->owns_certificate;
  int result = model_use_pair(model, certificate, key, true);

  if (certificate != IDENTITY_NONE && model->tls13 &&
      model_way(model, WAY_TLS13_PAIR_FAILS)) {
    model->owns_certificate = owns;
    model->left_in_ctx = certificate;
    model->is_lost = true;
  }
  return result;
}

/* 1 with something that cannot be installed. */
static enum taken cannot_install(struct model *model) {
  return model_way(model, WAY_FATAL_INSTALLATION) ? TAKEN_FATAL : TAKEN_NONE;
}

/* 1 without a certificate or without a key. */
static enum taken take_half(struct model *model, const struct answer *answer) {
  if (model_way(model, WAY_FATAL_INSTALLATION)) {
    install(model, answer->certificate, IDENTITY_NONE);
    model->keys_freed += answer->key != IDENTITY_NONE;
    model->residue = "ERR_R_PASSED_NULL_PARAMETER";
    model_fail_own(model, model->tls13 ? SSL_ERROR_SSL : -436,
                   model->tls13
                       ? "ERR_R_FATAL_ERROR"
                       : "ERR_R_ERROR_IMPORTING_CLIENT_CERT_OR_KEY_FROM_"
                         "CALLBACK");
    return TAKEN_FATAL;
  }

  model_by(model, "ANSWER-3");
  model->certificates_freed += answer->certificate != IDENTITY_NONE;
  model->keys_freed += answer->key != IDENTITY_NONE;
  model->residue = "SSL_R_BAD_DATA_RETURNED_BY_CALLBACK";
  return TAKEN_NONE;
}

/* What the callback's answer, not negative, comes to. */
static enum taken take(struct model *model, const struct answer *answer) {
  bool both =
      answer->certificate != IDENTITY_NONE && answer->key != IDENTITY_NONE;
  bool one = answer->returns == 1 ||
             (answer->returns > 1 && model_way(model, WAY_ABOVE_ONE_IS_ONE));

  if (one && both) {
    model_by(model, "INSTALL-1");
    model_by(model, "INSTALL-3");
    if (model->tls13 && model_way(model, WAY_TLS13_PAIR_FAILS)) {
      install(model, answer->certificate, answer->key);
      model_fail_own(model, -440, "ERR_R_TLS1_3_NO_CERTIFICATE_SET_ERROR");
      return TAKEN_FATAL;
    }
    return install(model, answer->certificate, answer->key)
               ? TAKEN
               : cannot_install(model);
  }
  if (one) {
    return take_half(model, answer);
  }

  model->certificates_freed += answer->certificate != IDENTITY_NONE;
  model->keys_freed += answer->key != IDENTITY_NONE;
  model_by(model, answer->returns == 0 ? "NONE-1"
                                       : "observed: above 1 means look again");
  if (answer->returns > 1 && model->tls13 &&
      model_way(model, WAY_TLS13_ABOVE_ONE_REFUSED)) {
    return TAKEN_LATE;
  }
  return answer->returns != 0 ? TAKEN : TAKEN_NONE;
}

/* With a certificate alone; up to TLS 1.2 no message at all. */
static void send_half(struct model *model) {
  if (model->tls13) {
    model_send_certificate(model, false);
    return;
  }

  model->refused = true;
  model->alert = "ERR_R_CERTIFICATE_HAS_EXPIRED";
}

enum taken model_answer_request(struct model *model, bool again) {
  struct outcome_step *step = model->step;

  if ((!again || model_way(model, WAY_INSTALLED_MEANWHILE_COUNTS)) &&
      model_usable(model)) {
    if (model->is_key_stale && model_way(model, WAY_MISMATCH_SENT)) {
      model_fail_own(model, -140, "ERR_R_ASN_PARSING_ERROR__INVALID_INPUT");
      model->is_quiet = model->is_lost = true;
      return TAKEN_FATAL;
    }
    model_by(model, "PRESET-3"); /* and INSTALL-7 */
    model_send_certificate(model, true);
    return TAKEN;
  }
  if (again) {
    model_by(model, "SUSPEND-6");
  }
  if (model_has_half(model) && model_way(model, WAY_CERTIFICATE_SUFFICES)) {
    send_half(model);
    return TAKEN_NONE;
  }
  if (!(model->other_ctx ? model->other_callback : model->callback)) {
    model_by(model, "REGISTER-3");
    model_send_certificate(model, false);
    return TAKEN_NONE;
  }

  model_by(model, "CALL-1");
  model_by(model, "CALIST-3");
  struct answer answer = scenario_answer(model->scenario, model->calls++);
  step->callback_calls++;
  step->ca_names = scenario_ca_names(model->scenario);
  if (answer.returns < 0) {
    model_by(model, "SUSPEND-1");
    model_by(model, "SUSPEND-10");
    if (!model_way(model, WAY_NEGATIVE_NEVER_SUSPENDS)) {
      return TAKEN_SUSPENDED;
    }
    model->out->endless = model->out->endless || !model->tls13;
    model_fail_own(model, answer.returns,
                   answer.returns == -1 ? "ERR_R_FATAL_ERROR"
                                        : "ERR_R_UNKNOWN_ERROR_NUMBER");
    return TAKEN_FATAL;
  }

  enum taken taken = take(model, &answer);
  if (taken != TAKEN_FATAL && taken != TAKEN_LATE) {
    model_send_certificate(model, taken == TAKEN && model_usable(model));
  }
  return taken;
}
