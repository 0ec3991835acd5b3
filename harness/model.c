/* The handshake: the client's, and as much of the server's as it takes. */
#include "model.h"

#include <openssl/ssl.h>
#include <stdio.h>

#include "model_state.h"

static void send_certificate(struct model *model, bool any) {
  struct outcome_step *step = model->step;

  step->certificates++;
  step->sent = IDENTITY_NONE;
  if (any) {
    step->sent = model->slots.certificates[model->slots.current].what;
    step->verifies++;
  }
  model->refused = !any && model->scenario->request == REQUEST_REQUIRE;
  if (!model->refused) {
    model->peer = step->sent;
  }
}

/* What comes of the callback's answer to a request. */
enum taken {
  TAKEN_NONE, /* nothing is sent */
  TAKEN,      /* what is usable is sent */
  TAKEN_SUSPENDED,
  TAKEN_FATAL,
};

/* 1 with something that cannot be installed. */
static enum taken cannot_install(struct model *model) {
  return model_way(model, WAY_FATAL_INSTALLATION) ? TAKEN_FATAL : TAKEN_NONE;
}

/* 1 without a certificate or without a key. */
static enum taken take_half(struct model *model, const struct answer *answer) {
  if (model_way(model, WAY_FATAL_INSTALLATION)) {
    model_use_pair(model, answer->certificate, IDENTITY_NONE, true);
    model->keys_freed += answer->key != IDENTITY_NONE;
    model->residue = "ERR_R_PASSED_NULL_PARAMETER";
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
    return model_use_pair(model, answer->certificate, answer->key, true)
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
  return answer->returns != 0 ? TAKEN : TAKEN_NONE;
}

static enum taken answer_request(struct model *model, bool again) {
  struct outcome_step *step = model->step;

  if ((!again || model_way(model, WAY_INSTALLED_MEANWHILE_COUNTS)) &&
      model_usable(model)) {
    model_by(model, "PRESET-3"); /* and INSTALL-7 */
    send_certificate(model, true);
    return TAKEN;
  }
  if (again) {
    model_by(model, "SUSPEND-6");
  }
  if (!(model->other_ctx ? model->other_callback : model->callback)) {
    model_by(model, "REGISTER-3");
    send_certificate(model, false);
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
    return TAKEN_SUSPENDED;
  }

  enum taken taken = take(model, &answer);
  if (taken != TAKEN_FATAL) {
    send_certificate(model, taken == TAKEN && model_usable(model));
  }
  return taken;
}

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
  model->peer = model->resumed ? model->session_peer : IDENTITY_NONE;
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
  result(model, value, SSL_ERROR_SSL);
}

/* The server wants a certificate and got none: its alert. */
static void fail_refused(struct model *model, int value) {
  model_by(model, "observed: the alert of a server that wants a certificate");
  model->residue = model->tls13 ? "SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED"
                                : "SSL_R_SSLV3_ALERT_HANDSHAKE_FAILURE";
  fail(model, value);
}

/* The client gives up, with an alert of its own. */
static void break_off(struct model *model) {
  model->step->wrote = true;
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

static void read_flight(struct model *model) {
  bool asked = model->requested || model->post_handshake_request;

  if (!asked) {
    model_by(model, "REQUEST-2");
  }

  enum taken taken =
      asked ? answer_request(model, model->stage == STAGE_SUSPENDED)
            : TAKEN_NONE;
  if (taken == TAKEN_SUSPENDED) {
    suspend(model);
  } else if (taken == TAKEN_FATAL) {
    break_off(model);
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
