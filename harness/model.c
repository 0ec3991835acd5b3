/* The handshake: the client's, and as much of the server's as it takes; for how
 * it answers a request see model_answer.c. */
#include "model.h"

#include <openssl/ssl.h>
#include <stdio.h>

#include "model_state.h"

static const char LATE[] = "ERR_R_NON_BLOCKING_SOCKET_WANTS_DATA_TO_BE_READ";

static void result(struct model *model, int value, int error) {
  struct outcome_step *step = model->step;

  step->result = value;
  step->error = error;
  snprintf(step->reason, sizeof(step->reason), "%s",
           model->residue != NULL ? model->residue : "");
  if (error == SSL_ERROR_WANT_READ && model->residue != NULL &&
      model->facts->queue_decides_error) {
    model_by(model, "observed: what is left on the queue makes SSL_ERROR_SSL");
    step->error = SSL_ERROR_SSL;
  }
  step->failed += step->error == SSL_ERROR_SSL;
}

static void say_hello(struct model *model) {
  const struct scenario *scenario = model->scenario;

  model->stage = STAGE_HELLO_SENT;
  model->resumed = model->session;
  model->renegotiating = model->hello_request;
  model->hello_request = false;
  model->requested =
      !model->resumed &&
      (scenario->request == REQUEST_PLAIN ||
       scenario->request == REQUEST_REQUIRE ||
       (scenario->request == REQUEST_LATER && model->renegotiating));
  model->peer = model->resumed && !(model->tls13 &&
                                    model_way(model, WAY_RESUMED_WITHOUT_PEER))
                    ? model->session_peer
                    : IDENTITY_NONE;
  model->inbound = true;
  model->step->wrote = true;
  result(model, -1, SSL_ERROR_WANT_READ);
}

static void finish(struct model *model) {
  model->stage = STAGE_FINISHED;
  model->renegotiating = false;
  result(model, 1, SSL_ERROR_NONE);
}

static void fail(struct model *model, int value) {
  model->stage = STAGE_FAILED;
  result(model, value, model->error);
}

/* The server wants a certificate and got none: its alert. */
static void fail_refused(struct model *model, int value) {
  model_by(model, "observed: the alert of a server that wants a certificate");
  model->residue = model->tls13 ? "SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED"
                                : "SSL_R_SSLV3_ALERT_HANDSHAKE_FAILURE";
  model_fail_own(model, -313,
                 model->alert != NULL ? model->alert
                 : model->tls13 ? "ERR_R_MP_MUL_ERROR_STATE__CAN_T_MULTIPLY"
                                : "ERR_R_UNKNOWN_ERROR_NUMBER");
  model->is_lost = model->tls13 && model_way(model, WAY_OWN_ERRORS);
  fail(model, value);
}

/* The client gives up, with an alert of its own. */
static void break_off(struct model *model) {
  if (model->is_quiet) {
    model->is_lost = true;
  } else if (model->tls13 && model_way(model, WAY_OWN_ERRORS)) {
    model->is_lost = true;
  } else {
    model->step->wrote = true;
  }
  fail(model, -1);
}

static void suspend(struct model *model) {
  model_by(model, "SUSPEND-3");
  model_by(model, "SUSPEND-4");
  model_by(model, "SUSPEND-5");
  model->stage = STAGE_SUSPENDED;
  model->want_x509_lookup = true;
  outcome_suspend_call(model->step);
  result(model, -1, SSL_ERROR_WANT_X509_LOOKUP);
}

/* The client's last flight, or in TLS 1.3 its only one. */
static void send_flight(struct model *model) {
  bool tickets = scenario_resumes(model->scenario) &&
                 !(model->tls13 && model_way(model, WAY_TICKETS_WAIT));

  model->step->wrote = true;
  if (model->post_handshake_request) {
    bool reading = model->stage == STAGE_FINISHED;

    model->post_handshake_request = false;
    model->inbound = model->refused || tickets;
    model->stage = STAGE_FINISHED;
    if (reading) {
      result(model, -1, SSL_ERROR_WANT_READ);
    } else {
      finish(model);
    }
    return;
  }
  if (model->tls13 || model->resumed) {
    model->inbound = model->tls13 && (model->refused || tickets);
    finish(model);
    return;
  }

  model->stage = STAGE_ANSWERED;
  model->inbound = true;
  result(model, -1, SSL_ERROR_WANT_READ);
}

/* The cookie of a DTLS server, and the second ClientHello. */
static bool exchange_cookie(struct model *model) {
  if (model->stage != STAGE_HELLO_SENT || model->has_cookie ||
      model->scenario->protocol->kind != PROTOCOL_DTLS ||
      !model_way(model, WAY_COOKIE)) {
    return false;
  }

  model->has_cookie = true;
  model->inbound = true;
  model->step->wrote = true;
  result(model, -1, SSL_ERROR_WANT_READ);
  return true;
}

/* The server does not take it. */
static void send_late(struct model *model) {
  model->is_late = false;
  model_send_certificate(model, false);
  model->refused = true;
  model->alert = "ERR_R_CERTIFICATE_HAS_EXPIRED";
  send_flight(model);
}

static void read_flight(struct model *model) {
  if (model->is_stuck) {
    result(model, -1, SSL_ERROR_WANT_READ);
    return;
  }
  if (exchange_cookie(model)) {
    return;
  }
  if (model->is_late) {
    send_late(model);
    return;
  }

  bool asked = model->requested || model->post_handshake_request;

  if (!asked) {
    model_by(model, "REQUEST-2");
  }

  enum taken taken =
      asked ? model_answer_request(model, model->stage == STAGE_SUSPENDED)
            : TAKEN_NONE;
  if (taken == TAKEN_SUSPENDED) {
    suspend(model);
  } else if (taken == TAKEN_FATAL) {
    break_off(model);
  } else if (taken == TAKEN_LATE && model->post_handshake_request) {
    model_fail_own(model, SSL_ERROR_SSL, LATE);
    break_off(model);
  } else if (taken == TAKEN_LATE) {
    model->is_late = true;
    model->is_beyond = model->was_cleared;
    model->residue = LATE;
    result(model, -1, SSL_ERROR_WANT_READ);
  } else {
    send_flight(model);
  }
}

/* SSL_do_handshake, or SSL_read when the handshake is finished. */
void model_call(struct model *model) {
  outcome_add_call(model->step, model->stage == STAGE_FINISHED ? 'r' : 'h');
  model->want_x509_lookup = false;
  model->inbound = false;
  model->residue = NULL;
  model->error = SSL_ERROR_SSL;
  switch (model->stage) {
    case STAGE_BEFORE:
      say_hello(model);
      return;
    case STAGE_HELLO_SENT:
    case STAGE_SUSPENDED:
      read_flight(model);
      return;
    case STAGE_ANSWERED:
      if (model->refused) {
        fail_refused(model, -1);
      } else {
        finish(model);
      }
      return;
    case STAGE_FINISHED:
      if (model->refused) {
        model->stays_finished = model_way(model, WAY_ALERT_AFTER_HANDSHAKE);
        fail_refused(model, model->stays_finished ? -1 : 0);
      } else if (model->hello_request) {
        say_hello(model);
      } else if (model->post_handshake_request) {
        read_flight(model);
      } else {
        result(model, -1, SSL_ERROR_WANT_READ);
      }
      return;
    case STAGE_FAILED:
      return;
  }
}
