/* The operations, and what is known of libraries. */
#include <openssl/ssl.h>
#include <stdio.h>
#include <string.h>

#include "model.h"
#include "model_state.h"

static const struct model_facts facts_table[] = {
    {.line = "1.1.1",
     .queue_decides_error = true,
     .resumed_request_without_algorithms = true},
    {.line = "3.",
     .mismatch_keeps_certificate = true,
     .queue_decides_error = true},
    {.line = "4.", .mismatch_keeps_certificate = true},
};

const struct model_facts *model_facts(const char *version) {
  size_t num = sizeof(facts_table) / sizeof(facts_table[0]);

  for (size_t i = 0; i < num; i++) {
    if (strncmp(version, facts_table[i].line, strlen(facts_table[i].line)) ==
        0) {
      return &facts_table[i];
    }
  }

  return &facts_table[num - 1];
}

void model_by(struct model *model, const char *source) {
  struct prediction *out = model->out;

  for (size_t i = 0; i < out->num_sources; i++) {
    if (strcmp(out->sources[i], source) == 0) {
      return;
    }
  }
  if (out->num_sources < MODEL_MAX_SOURCES) {
    out->sources[out->num_sources++] = source;
  }
}

static bool idle(const struct model *model) {
  return model->stage == STAGE_FINISHED && !model->inbound;
}

static void take_connection(struct model *model) {
  model->stage = STAGE_BEFORE;
  model->want_x509_lookup = false;
  model->hello_request = false;
  model->post_handshake_request = false;
  model->renegotiating = false;
  model->resumed = false;
  model->inbound = false;
  model->refused = false;
  model->stays_finished = false;
  model->is_late = false;
  model->alert = NULL;
  model->has_cookie = false;
  model->peer = IDENTITY_NONE;
}

/* A copy of what the SSL_CTX holds. */
static void take_ctx(struct model *model, bool other) {
  const struct scenario *scenario = model->scenario;
  bool owned = model->owns_certificate;
  identity shown = model->shown;

  model_clear_slots(model);
  model->slots.current =
      model_slot(model, KEY_RSA); /* of a library without a certificate */
  model->other_ctx = other;
  if (other) {
    identity what = scenario_other_certificate();
    model_use_pair(model, what, what, false);
  } else if (scenario->preset_on_ctx) {
    model_use_pair(model, scenario->preset_certificate, scenario->preset_key,
                   false);
  }
  model->owns_certificate = owned;
  model->shown = shown;
}

static void new_object(struct model *model) {
  const struct scenario *scenario = model->scenario;

  model->owns_certificate = false;
  take_ctx(model, false);
  model->shown = IDENTITY_NONE;
  model->is_stuck = false;
  model->was_cleared = false;
  if (!scenario->preset_on_ctx) {
    model_use_pair(model, scenario->preset_certificate, scenario->preset_key,
                   false);
  }
  model->session = false;
  take_connection(model);
}

static const char *call_once(struct model *model,
                             const struct operation *operation) {
  (void)operation;
  if (model->stage == STAGE_FAILED) {
    return "a call after a failure";
  }
  if (idle(model)) {
    return "a call when nothing is on its way";
  }

  model_call(model);
  return NULL;
}

static const char *call_blocking(struct model *model,
                                 const struct operation *operation) {
  (void)operation;
  if (model->stage == STAGE_FAILED) {
    return "a call after a failure";
  }

  for (int i = 0; i < OUTCOME_MAX_API_CALLS; i++) {
    model_call(model);
    if (model->stage == STAGE_FAILED || model->stage == STAGE_SUSPENDED ||
        model->step->result == 1 || !model->inbound) {
      break;
    }
  }
  return NULL;
}

static const char *settle(struct model *model,
                          const struct operation *operation) {
  (void)operation;
  for (int i = 0; i < OUTCOME_MAX_API_CALLS && model->stage != STAGE_FAILED &&
                  !idle(model);
       i++) {
    model_call(model);
  }
  return NULL;
}

static const char *set_callback(struct model *model,
                                const struct operation *operation) {
  bool *callback = model->other_ctx ? &model->other_callback : &model->callback;
  bool wanted = operation->kind == OPERATION_SET_CALLBACK;

  if (*callback == wanted) {
    return "setting what is set";
  }

  model_by(model, wanted ? "REGISTER-5" : "REGISTER-4");
  *callback = wanted;
  return NULL;
}

static const char *clear(struct model *model,
                         const struct operation *operation) {
  (void)operation;
  if (model->renegotiating) {
    model_by(model, "observed: SSL_clear fails within a renegotiation");
    model->step->result = 0;
    strcpy(model->step->reason, "ERR_R_INTERNAL_ERROR");
    model->stage = STAGE_FAILED;
    return NULL;
  }

  model_by(model, "CLEAR-1");
  model->step->result = 1;
  if (model->stage == STAGE_FINISHED || model->stage == STAGE_FAILED) {
    model->session = model->stage == STAGE_FINISHED && !model->tls13 &&
                     scenario_resumes(model->scenario) &&
                     model_way(model, WAY_CLEAR_KEEPS_SESSION);
    model->session_peer = model->peer;
  }
  if (model->session && model_way(model, WAY_CLEAR_DROPS_SESSION)) {
    model->session = false;
  }
  model->is_stuck =
      model->is_stuck || (model->stage != STAGE_BEFORE &&
                          model->scenario->protocol->kind == PROTOCOL_DTLS &&
                          model_way(model, WAY_DTLS_CLEAR_STUCK));
  model->is_lost = model->is_lost || model->is_late;
  model->was_cleared = true;
  take_connection(model);
  return NULL;
}

static const char *renew(struct model *model,
                         const struct operation *operation) {
  bool resume = operation->kind == OPERATION_RESUME;
  identity peer = model->peer;

  if (resume && (!idle(model) || model->refused)) {
    return "a resumption before the handshake is done";
  }

  model_by(model, "CLEAR-3");
  new_object(model);
  model->session = resume &&
                   !(model->tls13 && model_way(model, WAY_TICKETS_WAIT)) &&
                   !(!model->tls13 && model_way(model, WAY_NO_RESUMPTION));
  model->session_peer = peer;
  return NULL;
}

static const char *take_dup(struct model *model,
                            const struct operation *operation) {
  (void)operation;
  model_by(model, "observed: SSL_dup takes over what is set");
  if (model->stage == STAGE_BEFORE) {
    take_connection(model);
  }
  return NULL;
}

static identity ctx_certificate(const struct model *model) {
  if (model->left_in_ctx != IDENTITY_NONE) {
    return model->left_in_ctx;
  }
  if (model->other_ctx) {
    return scenario_other_certificate();
  }
  return model->scenario->preset_on_ctx ? model->scenario->preset_certificate
                                        : IDENTITY_NONE;
}

static const char *set_ssl_ctx(struct model *model,
                               const struct operation *operation) {
  (void)operation;
  model_by(model, "observed: SSL_set_SSL_CTX takes the SSL_CTX's certificate");
  identity left = model->slots.certificates[model->slots.current].what;

  take_ctx(model, !model->other_ctx);
  if (ctx_certificate(model) == IDENTITY_NONE && left != IDENTITY_NONE &&
      model_way(model, WAY_CTX_WITHOUT_CERTIFICATE)) {
    model->slots.certificates[model->slots.current] =
        (struct held){.what = left};
  }
  if (ctx_certificate(model) != IDENTITY_NONE) {
    model->owns_certificate = true;
    if (model->is_shown_weak) {
      model->shown = IDENTITY_NONE;
    }
  }
  return NULL;
}

static const char *use_certificate(struct model *model,
                                   const struct operation *operation) {
  model->residue = NULL;
  model->step->result =
      model_use_pair(model, operation->certificate, operation->key, false);
  if (model->residue != NULL) {
    snprintf(model->step->reason, sizeof(model->step->reason), "%s",
             model->residue);
  }
  return NULL;
}

static const char *certs_clear(struct model *model,
                               const struct operation *operation) {
  (void)operation;
  model_by(model, "observed: SSL_certs_clear takes away what is set");
  model_clear_slots(model);
  model->owns_certificate = false;
  if (model->is_shown_weak) {
    model->shown = IDENTITY_NONE;
  }
  return NULL;
}

static const char *request_again(struct model *model,
                                 const struct operation *operation) {
  bool renegotiate = operation->kind == OPERATION_RENEGOTIATE;

  if (renegotiate == model->tls13) {
    return renegotiate ? "a renegotiation in TLS 1.3"
                       : "a post-handshake request before TLS 1.3";
  }
  if (!idle(model) || model->refused) {
    return "a second request before the first handshake is done";
  }
  if (!renegotiate && model->scenario->request == REQUEST_NONE) {
    return "a post-handshake request of a server that wants none";
  }
  if (renegotiate && scenario_resumes(model->scenario)) {
    return "a renegotiation that may be resumed";
  }

  model_by(model, renegotiate ? "CALL-5" : "observed: post-handshake request");
  model->hello_request = renegotiate;
  model->post_handshake_request = !renegotiate;
  model->inbound = true;
  model->step->result = 1;
  return NULL;
}

static const char *(*const operations[NUM_OPERATION_KINDS])(
    struct model *model, const struct operation *operation) = {
    [OPERATION_CALL] = call_once,
    [OPERATION_BLOCKING] = call_blocking,
    [OPERATION_SETTLE] = settle,
    [OPERATION_SET_NULL] = set_callback,
    [OPERATION_SET_CALLBACK] = set_callback,
    [OPERATION_CLEAR] = clear,
    [OPERATION_NEW] = renew,
    [OPERATION_RESUME] = renew,
    [OPERATION_DUP] = take_dup,
    [OPERATION_SET_SSL_CTX] = set_ssl_ctx,
    [OPERATION_USE_CERTIFICATE] = use_certificate,
    [OPERATION_CERTS_CLEAR] = certs_clear,
    [OPERATION_RENEGOTIATE] = request_again,
    [OPERATION_POST_HANDSHAKE_AUTH] = request_again,
};

static identity shown_certificate(struct model *model) {
  identity held = model->slots.certificates[model->slots.current].what;

  if (model->owns_certificate && model->shown == IDENTITY_NONE) {
    model->shown = held;
    model->is_shown_weak = ctx_certificate(model) != IDENTITY_NONE;
  }

  identity stale =
      model->owns_certificate ? model->shown : ctx_certificate(model);
  return stale != held && model_way(model, WAY_CERTIFICATE_STALE) ? stale
                                                                  : held;
}

/* What can be looked at after every operation. */
static void look(struct model *model) {
  struct outcome_step *step = model->step;

  step->want_x509_lookup = model->want_x509_lookup;
  step->registered = model->other_ctx ? model->other_callback : model->callback;
  step->finished = model->stage == STAGE_FINISHED || model->stays_finished;
  step->certificate = shown_certificate(model);
  step->key = model->slots.keys[model->slots.current].what;
  if (step->key != IDENTITY_NONE &&
      model_way(model, WAY_PRIVATE_KEY_NOT_GIVEN)) {
    step->key = IDENTITY_NONE;
  }
  step->ctx_certificate = ctx_certificate(model);
  step->peer = model->peer;
  step->certificates_freed = model->certificates_freed;
  step->keys_freed = model->keys_freed;
}

static void begin_step(struct model *model) {
  struct outcome *outcome = &model->out->outcome;

  model->step = &outcome->steps[outcome->num_steps++];
  *model->step = (struct outcome_step){
      .result = OUTCOME_NO_CALL, .ca_names = -1, .presets_null = true};
}

int model_predict(struct prediction *out, const struct scenario *scenario,
                  const struct model_facts *facts) {
  struct model model = {.scenario = scenario,
                        .facts = facts,
                        .out = out,
                        .tls13 = scenario->protocol->version == TLS1_3_VERSION,
                        .callback = scenario->callback};

  out->outcome.num_steps = 0;
  out->outcome.unseen = 0;
  out->ways = 0;
  out->endless = false;
  out->num_sources = 0;
  out->impossible = NULL;
  new_object(&model);
  for (size_t i = 0; i < scenario->num_operations; i++) {
    const struct operation *operation = &scenario->operations[i];

    begin_step(&model);
    out->impossible =
        model.is_lost ? "what follows a failure that this library is known for"
                      : operations[operation->kind](&model, operation);
    if (model.is_beyond) {
      out->impossible = "what follows a failure that this library is known for";
    }
    if (out->impossible != NULL) {
      return 0;
    }
    look(&model);
  }

  begin_step(&model);
  /* SSL_free frees what is installed. */
  model_clear_slots(&model);
  model.step->certificates_freed = model.certificates_freed;
  model.step->keys_freed = model.keys_freed;
  return 1;
}

void model_repair(struct scenario *scenario, struct prediction *out,
                  const struct model_facts *facts) {
  while (!model_predict(out, scenario, facts)) {
    scenario_drop_operation(scenario, out->outcome.num_steps - 1);
  }
}

int model_compare(struct outcome_difference *out,
                  const struct prediction *predicted,
                  const struct outcome *seen) {
  return outcome_compare(out, &predicted->outcome, seen);
}
