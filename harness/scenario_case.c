#include "scenario_case.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "scenario_ends.h"
#include "subject.h"

struct writer {
  const struct scenario *scenario;
  json_t *steps;
  json_t *after; /* of the connection's scenario */
  bool documented;
  bool other_ctx;
  bool dup;            /* the steps are taken with the copy */
  bool same;           /* which is the original itself */
  bool began;          /* the handshake, on this connection */
  bool blocking;       /* "io" */
  bool session;        /* is offered in the next handshake */
  bool post_handshake; /* the answer to come is not the handshake's */
  unsigned calls;      /* of the callback, so far */
  json_t *received; /* what the last handshake's server gets as certificates */
  bool verified;
};

static json_t *name_or_null(identity which) {
  return which == IDENTITY_NONE ? json_null()
                                : json_string(scenario_name_of(which));
}

static json_t *add_step(struct writer *writer, const char *verb) {
  json_t *step = json_pack("{s:s}", "do", verb);

  if (writer->dup) {
    json_object_set_new(step, "ssl", json_string("dup"));
  }
  json_array_append_new(writer->steps, step);
  return step;
}

/* A connection's own script, filled in as requests come. */
static void connect_step(struct writer *writer, json_t *step) {
  writer->after = json_array();
  if (scenario_gives_tickets(
          writer->scenario)) { /* else the read would not end */
    json_array_append_new(writer->after,
                          json_pack("{s:s}", "application_data", "there"));
  }
  writer->began = false;
  writer->post_handshake = false;
  json_object_set_new(step, "server",
                      json_pack("{s:o}", "after", writer->after));
  json_decref(writer->received);
  writer->received = json_null();
  writer->verified = false;
}

static void preset_steps(struct writer *writer, bool on_ctx) {
  const struct scenario *scenario = writer->scenario;
  const char *on = on_ctx ? "ctx" : "ssl";

  if (on_ctx != scenario->preset_on_ctx) {
    return;
  }
  if (scenario->preset_certificate != IDENTITY_NONE) {
    json_t *step = add_step(writer, "use_certificate");
    json_object_set_new(step, "on", json_string(on));
    scenario_set_name(step, "certificate", scenario->preset_certificate);
    scenario_set_name(step, "key", scenario->preset_key);
  } else if (scenario->preset_key != IDENTITY_NONE) {
    json_t *step = add_step(writer, "use_private_key");
    json_object_set_new(step, "on", json_string(on));
    scenario_set_name(step, "key", scenario->preset_key);
  }
}

static void new_steps(struct writer *writer, bool resume) {
  writer->dup = false;
  writer->other_ctx = false;

  json_t *step = add_step(writer, "new");
  if (resume) {
    json_object_set_new(step, "resume", json_true());
  }
  connect_step(writer, step);
  preset_steps(writer, false);
}

/* What the model says about |step|, as an expectation or as names. */
static void expect(const struct writer *writer, json_t *step,
                   const struct outcome_step *outcome) {
  json_t *wanted = json_pack(
      "{s:i, s:s, s:i, s:o, s:o}", "return", outcome->result, "error",
      subject_error_symbol(outcome->error), "callback_calls",
      (int)writer->calls, "certificate", name_or_null(outcome->certificate),
      "private_key", name_or_null(outcome->key));
  json_t *names = json_array();
  const char *name;
  json_t *value;

  /* One call leaves more on the queue than the last of several. */
  if (!writer->blocking) {
    json_object_set_new(wanted, "reasons",
                        outcome->reason[0] == '\0'
                            ? json_array()
                            : json_pack("[s]", outcome->reason));
  }
  json_object_foreach(wanted, name, value) {
    json_array_append_new(names, json_string(name));
  }
  json_object_set(step, writer->documented ? "expect" : "observe",
                  writer->documented ? wanted : names);
  json_decref(wanted);
  json_decref(names);
}

static void call_steps(struct writer *writer,
                       const struct outcome_step *outcome) {
  json_t *step = NULL;

  for (const char *call = outcome->api_calls; *call != '\0'; call++) {
    /* A blocking transport makes one of all calls up to a suspension. */
    if (writer->blocking && *call == 'h' && call[1] != '\0') {
      continue;
    }
    /* In DTLS the scripted server answers the first hello with a cookie. */
    if (!writer->blocking && !writer->began &&
        writer->scenario->protocol->kind == PROTOCOL_DTLS) {
      add_step(writer, "handshake");
    }
    step = add_step(writer, tolower(*call) == 'h' ? "handshake" : "read");
    writer->began = true;
  }
  writer->calls += outcome->callback_calls;
  if (outcome->certificates > 0 && writer->post_handshake) {
    writer->post_handshake = false;
  } else if (outcome->certificates > 0) {
    json_decref(writer->received);
    writer->received = outcome->sent == IDENTITY_NONE
                           ? json_array()
                           : json_pack("[s]", scenario_name_of(outcome->sent));
    writer->verified = outcome->verifies > 0;
  }
  /* There, a read gets data beside the ticket. */
  if (step != NULL && !(scenario_gives_tickets(writer->scenario) &&
                        strchr(outcome->api_calls, 'r') != NULL)) {
    expect(writer, step, outcome);
  }
}

static void request_steps(struct writer *writer, enum operation_kind kind) {
  const struct scenario *scenario = writer->scenario;

  if (kind == OPERATION_RENEGOTIATE) {
    json_array_append_new(
        writer->after,
        json_pack("{s:{s:b, s:b}}", "renegotiate", "request",
                  scenario->request != REQUEST_NONE, "resume", 0));
    json_decref(writer->received);
    writer->received = json_null();
    writer->verified = false;
  } else {
    writer->post_handshake = true;
    json_array_append_new(writer->after,
                          json_pack("{s:o}", "post_handshake_request",
                                    scenario_certificate_request(scenario)));
    json_array_append_new(writer->after,
                          json_pack("{s:{s:i, s:i}}", "expect_post_handshake",
                                    "answers", 1, "timeout", 3));
  }
}

static void clear_steps(struct writer *writer,
                        const struct outcome_step *outcome) {
  add_step(writer, "clear");
  if (outcome->result != 1) {
    return;
  }

  json_t *step = add_step(writer, "reconnect");
  if (writer->session) {
    json_object_set_new(step, "resume", json_true());
  }
  connect_step(writer, step);
}

/* The copy is called "dup", or "ssl" when it was one of a copy. */
static void dup_steps(struct writer *writer) {
  json_t *step = add_step(writer, "dup");
  const char *as = writer->dup ? "ssl" : "dup";
  const char *from = writer->dup ? "dup" : "ssl";

  if (writer->dup && writer->same) {
    json_array_remove(writer->steps, json_array_size(writer->steps) - 1);
    return; /* the same object again */
  }

  json_object_set_new(step, "as", json_string(as));
  writer->same = writer->began;
  if (!writer->same) {
    connect_step(writer, step);
    json_array_append_new(writer->steps,
                          json_pack("{s:s, s:s}", "do", "free", "ssl", from));
  }
  writer->dup = !writer->dup;
}

static void free_steps(struct writer *writer) {
  add_step(writer, "free");
  if (writer->dup && writer->same) {
    json_array_append_new(writer->steps, json_pack("{s:s}", "do", "free"));
  }
}

static void set_ssl_ctx_step(struct writer *writer) {
  writer->other_ctx = !writer->other_ctx;
  json_object_set_new(add_step(writer, "set_ssl_ctx"), "ctx",
                      json_string(writer->other_ctx ? "other" : "ctx"));
}

static void set_callback_step(struct writer *writer, bool set) {
  json_t *step = add_step(writer, "set_callback");

  json_object_del(step, "ssl");
  json_object_set_new(step, "ctx",
                      json_string(writer->other_ctx ? "other" : "ctx"));
  json_object_set_new(step, "to", set ? json_string("scripted") : json_null());
}

static void add_operation(struct writer *writer,
                          const struct operation *operation,
                          const struct outcome_step *outcome) {
  json_t *step;

  switch (operation->kind) {
    case OPERATION_CALL:
    case OPERATION_BLOCKING:
    case OPERATION_SETTLE:
      call_steps(writer, outcome);
      return;
    case OPERATION_SET_NULL:
    case OPERATION_SET_CALLBACK:
      set_callback_step(writer, operation->kind == OPERATION_SET_CALLBACK);
      return;
    case OPERATION_CLEAR:
      clear_steps(writer, outcome);
      return;
    case OPERATION_NEW:
    case OPERATION_RESUME:
      writer->session = operation->kind == OPERATION_RESUME;
      if (writer->session) {
        add_step(writer, "shutdown"); /* else it cannot be resumed */
      }
      free_steps(writer);
      new_steps(writer, writer->session);
      return;
    case OPERATION_DUP:
      dup_steps(writer);
      return;
    case OPERATION_SET_SSL_CTX:
      set_ssl_ctx_step(writer);
      return;
    case OPERATION_USE_CERTIFICATE:
      step = add_step(writer, operation->certificate != IDENTITY_NONE
                                  ? "use_certificate"
                                  : "use_private_key");
      scenario_set_name(step, "certificate", operation->certificate);
      scenario_set_name(step, "key", operation->key);
      return;
    case OPERATION_CERTS_CLEAR:
      add_step(writer, "certs_clear");
      return;
    case OPERATION_RENEGOTIATE:
    case OPERATION_POST_HANDSHAKE_AUTH:
      request_steps(writer, operation->kind);
      return;
    case NUM_OPERATION_KINDS:
      return;
  }
}

/* "TLSv1.3:request:1ee:S" as "explore/tlsv1-3-request-1ee-s". */
static json_t *id_of(const char *code) {
  char id[SCENARIO_MAX_CODE + 16] = "explore/";
  size_t len = strlen(id);

  for (; *code != '\0'; code++) {
    bool plain = isalnum((unsigned char)*code);
    if (plain) {
      id[len++] = (char)tolower((unsigned char)*code);
    } else if (id[len - 1] != '-' && id[len - 1] != '/') {
      id[len++] = '-';
    }
  }
  id[id[len - 1] == '-' ? len - 1 : len] = '\0';
  return json_string(id);
}

static json_t *statements_of(const struct prediction *prediction,
                             bool *out_documented) {
  json_t *statements = json_array();

  *out_documented = true;
  for (size_t i = 0; i < prediction->num_sources; i++) {
    if (strncmp(prediction->sources[i], "observed", 8) == 0) {
      *out_documented = false;
    } else {
      json_array_append_new(statements, json_string(prediction->sources[i]));
    }
  }
  *out_documented = *out_documented && json_array_size(statements) > 0;
  return statements;
}

/* A connection without requests of its own needs no scenario of its own. */
static void drop_empty_scripts(json_t *steps) {
  size_t i;
  json_t *step;

  json_array_foreach(steps, i, step) {
    json_t *after = json_object_get(json_object_get(step, "server"), "after");
    if (after != NULL && json_array_size(after) == 0) {
      json_object_del(step, "server");
    }
  }
}

static void add_end(struct writer *writer, json_t *object) {
  json_t *wanted = json_object();

  json_object_set(wanted, "server.certificates", writer->received);
  if (writer->verified) {
    json_object_set_new(wanted, "server.certificate_verify",
                        json_string("valid"));
  }
  if (writer->documented) {
    json_object_set(object, "expect", wanted);
  } else {
    json_object_set_new(object, "observe",
                        json_pack("[s, s]", "server.certificates",
                                  "server.certificate_verify"));
  }
  json_decref(wanted);
}

json_t *scenario_case(const struct scenario *scenario,
                      const struct prediction *prediction) {
  char code[SCENARIO_MAX_CODE];
  struct writer writer = {
      .scenario = scenario,
      .steps = json_array(),
      .blocking = scenario_is_blocking(scenario, &prediction->outcome),
      .received = json_null()};
  json_t *statements = statements_of(prediction, &writer.documented);

  scenario_print(code, scenario);
  preset_steps(&writer, true);
  if (!scenario->callback) {
    set_callback_step(&writer, false);
  }
  new_steps(&writer, false);
  for (size_t i = 0; i < scenario->num_operations; i++) {
    add_operation(&writer, &scenario->operations[i],
                  &prediction->outcome.steps[i]);
    /* SSL_clear drops the session once the handshake is done. */
    writer.session = writer.session && !prediction->outcome.steps[i].finished;
  }

  drop_empty_scripts(writer.steps);
  json_t *object = json_pack(
      "{s:o, s:i, s:o, s:o, s:s, s:[s], s:o, s:o, s:o}", "id", id_of(code),
      "rev", 1, "title", json_sprintf("found by explore: %s", code),
      "statements", statements, "tier",
      writer.documented ? "documented" : "observed", "protocols",
      scenario->protocol->name, "client",
      scenario_client(scenario, &prediction->outcome), "server",
      scenario_server(scenario), "steps", writer.steps);
  if (object != NULL) {
    add_end(&writer, object);
  }
  json_decref(writer.received);
  return object;
}
