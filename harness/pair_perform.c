/* A scenario, performed: the mirror of the model's operations. */
#include <openssl/err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pair.h"
#include "pair_act.h"
#include "subject.h"
#include "subject_lack.h"

struct pair *pair_open(struct pki *pki, struct certspec_error *error) {
  struct pair *pair = calloc(1, sizeof(*pair));

  if (pair == NULL) {
    certspec_error_set(error, NULL, 0, "out of memory");
    return NULL;
  }

  pair->contexts.pki = pki;
  if (!pair_identities_load(&pair->identities, pki, error)) {
    free(pair);
    return NULL;
  }

  return pair;
}

void pair_close(struct pair *pair) {
  if (pair != NULL) {
    pair_contexts_free(&pair->contexts);
    pair_identities_free(&pair->identities);
    free(pair);
  }
}

void pair_borrow(struct pair *pair, const struct pair_loans *loans) {
  pair->loans = loans;
}

static void note_reason(struct outcome_step *step) {
  unsigned long error = ERR_peek_error();

  snprintf(step->reason, sizeof(step->reason), "%s",
           error == 0 ? "" : subject_reason_symbol(error));
  ERR_clear_error();
}

static void serve(struct act *act) {
  char byte;

  /* It takes the client's messages, whatever the handshake. */
  SSL_read(act->server, &byte, 1);
  ERR_clear_error();
}

static bool inbound(const struct act *act) {
  return BIO_ctrl_pending(act->client_bio) > 0;
}

static bool idle(const struct act *act) {
  return SSL_is_init_finished(act->client) && !inbound(act);
}

/* One call of the handshake. */
static void call(struct act *act) {
  struct outcome_step *step = act->step;
  bool finished = SSL_is_init_finished(act->client);
  size_t before = BIO_ctrl_pending(act->server_bio);
  char byte;

  outcome_add_call(step, finished ? 'r' : 'h');
  ERR_clear_error();
  step->result = finished ? SSL_read(act->client, &byte, 1)
                          : SSL_do_handshake(act->client);
  step->error = SSL_get_error(act->client, step->result);

  bool wrote = BIO_ctrl_pending(act->server_bio) != before;
  bool suspended = step->error == SSL_ERROR_WANT_X509_LOOKUP;
  step->wrote = step->wrote || wrote;
  if (suspended) {
    outcome_suspend_call(step);
  }
  step->wrote_suspended = step->wrote_suspended || (suspended && wrote);
  step->failed += step->error == SSL_ERROR_SSL;
  act->dead = subject_failed_for_good(act->client, step->error);
  note_reason(step);
  serve(act);
}

static void call_blocking(struct act *act) {
  for (int i = 0; i < OUTCOME_MAX_API_CALLS; i++) {
    call(act);
    if (act->dead || SSL_want(act->client) != SSL_READING || !inbound(act)) {
      return;
    }
  }
}

static void settle(struct act *act) {
  for (int i = 0; i < OUTCOME_MAX_API_CALLS && !act->dead && !idle(act); i++) {
    call(act);
  }
}

static void clear(struct act *act) {
  ERR_clear_error();
  act->step->result = SSL_clear(act->client);
  note_reason(act->step);
  if (act->step->result == 1) {
    pair_act_reconnect(act);
  } else {
    act->dead = true;
  }
}

static void resume(struct act *act) {
  SSL_SESSION_free(act->session);
  act->session = SSL_get1_session(act->client);
  /* Else SSL_free makes the session one that cannot be resumed. */
  SSL_set_shutdown(act->client, SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
  if (pair_act_new_client(act) &&
      SSL_set_session(act->client, act->session) != 1) {
    pair_act_fault(act, "SSL_set_session");
  }
}

static void act_dup(struct act *act) {
  /* WARNING: SSL_dup cannot copy one end of a BIO pair. Before the handshake
   * the copy gets a new connection anyway. */
  if (subject_has("ssl-dup") != 1) {
    subject_lacks("SSL_dup");
    return;
  }
  if (SSL_in_before(act->client)) {
    SSL_set_bio(act->client, NULL, NULL);
  }

  SSL *copy = SSL_dup(act->client);

  if (copy == NULL) {
    pair_act_fault(act, "SSL_dup");
    return;
  }

  SSL_free(act->client); /* the same object once the handshake has begun */
  act->client = copy;
  pair_act_own(act);
  if (SSL_get_rbio(copy) == NULL) {
    pair_act_reconnect(act);
  }
}

static void set_ssl_ctx(struct act *act) {
  SSL_CTX *ctx =
      SSL_get_SSL_CTX(act->client) == act->ctx ? act->other_ctx : act->ctx;

  if (SSL_set_SSL_CTX(act->client, ctx) != ctx) {
    pair_act_fault(act, "SSL_set_SSL_CTX");
  }
}

static void request_again(struct act *act, enum operation_kind kind) {
  pair_act_request_again(act);
  act->step->result = (kind == OPERATION_RENEGOTIATE
                           ? SSL_renegotiate(act->server)
                           : SSL_verify_client_post_handshake(act->server)) &&
                      SSL_do_handshake(act->server) == 1;
  ERR_clear_error();
}

static void use_certificate(struct act *act,
                            const struct operation *operation) {
  ERR_clear_error();
  act->step->result = pair_act_use(act, operation->certificate, operation->key);
  note_reason(act->step);
}

static void perform(struct act *act, const struct operation *operation) {
  SSL_CTX *ctx = SSL_get_SSL_CTX(act->client);

  switch (operation->kind) {
    case OPERATION_CALL:
      call(act);
      return;
    case OPERATION_BLOCKING:
      call_blocking(act);
      return;
    case OPERATION_SETTLE:
      settle(act);
      return;
    case OPERATION_SET_NULL:
      SSL_CTX_set_client_cert_cb(ctx, NULL);
      return;
    case OPERATION_SET_CALLBACK:
      SSL_CTX_set_client_cert_cb(ctx, pair_act_answer_request);
      return;
    case OPERATION_CLEAR:
      clear(act);
      return;
    case OPERATION_NEW:
      pair_act_new_client(act);
      return;
    case OPERATION_RESUME:
      resume(act);
      return;
    case OPERATION_DUP:
      act_dup(act);
      return;
    case OPERATION_SET_SSL_CTX:
      set_ssl_ctx(act);
      return;
    case OPERATION_USE_CERTIFICATE:
      use_certificate(act, operation);
      return;
    case OPERATION_CERTS_CLEAR:
      SSL_certs_clear(act->client);
      return;
    case OPERATION_RENEGOTIATE:
    case OPERATION_POST_HANDSHAKE_AUTH:
      request_again(act, operation->kind);
      return;
    case NUM_OPERATION_KINDS:
      return;
  }
}

static identity peer_of(const struct act *act) {
  X509 *peer = subject_peer_certificate(act->server);
  identity which = pair_handover_certificate(&act->handover, peer);

  X509_free(peer);
  return which;
}

static void look(struct act *act) {
  struct outcome_step *step = act->step;
  SSL_CTX *ctx = SSL_get_SSL_CTX(act->client);

  step->want_x509_lookup = SSL_want(act->client) == SSL_X509_LOOKUP;
  step->registered = SSL_CTX_get_client_cert_cb(ctx) == pair_act_answer_request;
  step->finished = SSL_is_init_finished(act->client);
  step->certificate = pair_handover_certificate(
      &act->handover, SSL_get_certificate(act->client));
  step->key =
      pair_handover_key(&act->handover, SSL_get_privatekey(act->client));
  step->ctx_certificate =
      pair_handover_certificate(&act->handover, SSL_CTX_get0_certificate(ctx));
  step->peer = peer_of(act);
  step->certificates_freed = pair_handover_certificates_freed(&act->handover);
  step->keys_freed = pair_handover_keys_freed(&act->handover);
}

static void begin_step(struct act *act, struct outcome *outcome) {
  act->step = &outcome->steps[outcome->num_steps++];
  *act->step = (struct outcome_step){
      .result = OUTCOME_NO_CALL, .ca_names = -1, .presets_null = true};
}

static void begin(struct act *act, struct pair *pair,
                  const struct scenario *scenario) {
  struct pair_contexts *contexts = &pair->contexts;

  *act = (struct act){
      .pair = pair,
      .scenario = scenario,
      .handover = {.identities = &pair->identities, .loans = pair->loans},
      .ctx = pair_contexts_find(contexts, PAIR_CLIENT, scenario),
      .other_ctx = pair_contexts_find(contexts, PAIR_OTHER_CLIENT, scenario),
      .server_ctx = pair_contexts_find(contexts, PAIR_SERVER, scenario)};
  if (act->ctx == NULL || act->other_ctx == NULL || act->server_ctx == NULL) {
    pair_act_fault(act, "no SSL_CTX");
    return;
  }

  SSL_CTX_set_client_cert_cb(
      act->ctx, scenario->callback ? pair_act_answer_request : NULL);
  SSL_CTX_set_client_cert_cb(act->other_ctx, NULL);
  pair_act_new_client(act);
}

static void end(struct act *act, struct outcome *out) {
  begin_step(act, out);
  SSL_free(act->client);
  SSL_free(act->server);
  SSL_SESSION_free(act->session);
  act->step->certificates_freed =
      pair_handover_certificates_freed(&act->handover);
  act->step->keys_freed = pair_handover_keys_freed(&act->handover);
  out->unseen |= pair_handover_unseen(&act->handover);
  pair_handover_free(&act->handover);
  if (act->fault == NULL) {
    pair_contexts_check(&act->pair->contexts, PAIR_CLIENT, act->scenario);
    pair_contexts_check(&act->pair->contexts, PAIR_OTHER_CLIENT, act->scenario);
  }
  ERR_clear_error();
}

static int perform_all(struct pair *pair, struct outcome *out,
                       const struct scenario *scenario,
                       struct certspec_error *error) {
  struct act act;

  out->num_steps = 0;
  out->unseen = 0;
  begin(&act, pair, scenario);
  for (size_t i = 0; act.fault == NULL && i < scenario->num_operations; i++) {
    begin_step(&act, out);
    perform(&act, &scenario->operations[i]);
    if (act.fault == NULL) {
      look(&act);
    }
  }

  end(&act, out);
  return act.fault == NULL ||
         certspec_error_set(error, NULL, 0, "the pair: %s (%s)", act.fault,
                            scenario->protocol->name);
}

/* Of a protocol in which no handshake comes to its end. */
#define UNABLE (1U << 31)

/* wolfSSL's server tells its message callback less than all: after a handshake
 * that it requested a certificate in, it must have heard of an answer. */
static unsigned find_blindness(struct pair *pair,
                               const struct protocol *protocol) {
  struct certspec_error error;
  struct outcome outcome;
  struct scenario plain = {.protocol = protocol,
                           .request = REQUEST_PLAIN,
                           .operations = {{.kind = OPERATION_SETTLE}},
                           .num_operations = 1};

  if (!perform_all(pair, &outcome, &plain, &error)) {
    return 0;
  }
  if (!outcome.steps[0].finished && subject_is_fork()) {
    return UNABLE;
  }
  if (outcome.steps[0].certificates != 0) {
    return 0;
  }
  return outcome_bit("certificates") | outcome_bit("sent") |
         outcome_bit("verifies");
}

static unsigned unseen_of(struct pair *pair, const struct protocol *protocol) {
  for (size_t i = 0; i < pair->num_blindness; i++) {
    if (pair->blindness[i].protocol == protocol) {
      return pair->blindness[i].unseen;
    }
  }

  unsigned unseen = find_blindness(pair, protocol);
  if (unseen != UNABLE && subject_has("client-cert-cb-getter") != 1) {
    unseen |= outcome_bit("registered");
  }
  if (pair->num_blindness < PAIR_MAX_PROTOCOLS) {
    pair->blindness[pair->num_blindness++] =
        (struct pair_blindness){protocol, unseen};
  }
  return unseen;
}

int pair_perform(struct pair *pair, struct outcome *out,
                 const struct scenario *scenario,
                 struct certspec_error *error) {
  unsigned unseen = unseen_of(pair, scenario->protocol);

  if (unseen == UNABLE) {
    subject_lacks("handshakes between two of its own in this version");
    return 0;
  }
  if (!perform_all(pair, out, scenario, error)) {
    return 0;
  }

  out->unseen |= unseen;
  return 1;
}
