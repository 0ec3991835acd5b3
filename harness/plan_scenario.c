#include "plan_scenario.h"

#include <limits.h>
#include <string.h>

#define NUM(table) (sizeof(table) / sizeof((table)[0]))

struct translation {
  struct plan_scenario *out;
  const struct certspec_plan *plan;
  const char *reason;
  const char *ssl; /* name of the SSL object that steps are taken with */
  bool began;      /* it was used */
  bool freed;
  bool lockstep;
  size_t num_after; /* of the server's script, done */
};

static int refuse(struct translation *translation, const char *reason) {
  translation->reason = reason;
  return 0;
}

static int add(struct translation *translation, enum operation_kind kind,
               identity certificate, identity key) {
  struct scenario *scenario = &translation->out->scenario;

  if (scenario->num_operations == SCENARIO_MAX_OPERATIONS) {
    return refuse(translation, "more operations than scenarios have");
  }

  scenario->operations[scenario->num_operations++] =
      (struct operation){kind, certificate, key};
  return 1;
}

static int find_identity(struct translation *translation, identity *out,
                         const json_t *name) {
  *out = identity_find(json_string_value(name));
  return *out != IDENTITY_UNKNOWN ||
         refuse(translation, "a certificate that scenarios do not have");
}

static int read_return(int *out, const json_t *value) {
  const char *text = json_string_value(value);

  *out = text == NULL                   ? (int)json_integer_value(value)
         : strcmp(text, "INT_MIN") == 0 ? INT_MIN
                                        : INT_MAX;
  return 1;
}

static int read_answer(struct translation *translation, const json_t *value) {
  struct scenario *scenario = &translation->out->scenario;

  if (scenario->num_answers == SCENARIO_MAX_ANSWERS) {
    return refuse(translation, "more answers than scenarios have");
  }

  struct answer *answer = &scenario->answers[scenario->num_answers++];
  const char *key;
  json_t *member;
  answer->times = 1;
  json_object_foreach((json_t *)value, key, member) {
    int ok = 1;

    if (strcmp(key, "return") == 0) {
      ok = read_return(&answer->returns, member);
    } else if (strcmp(key, "times") == 0) {
      answer->times = (unsigned)json_integer_value(member);
    } else if (strcmp(key, "certificate") == 0) {
      ok = find_identity(translation, &answer->certificate, member);
    } else if (strcmp(key, "key") == 0) {
      ok = find_identity(translation, &answer->key, member);
    } else if (strcmp(key, "borrow") != 0) {
      ok = refuse(translation, "a callback that selects, raises or does");
    }
    if (!ok) {
      return 0;
    }
  }
  return 1;
}

static int read_callback(struct translation *translation,
                         const json_t *answers) {
  size_t i;
  json_t *answer;

  translation->out->scenario.callback = true;
  json_array_foreach(answers, i, answer) {
    if (!read_answer(translation, answer)) {
      return 0;
    }
  }
  return 1;
}

static int read_preset(struct translation *translation, const json_t *client,
                       const char *certificate, const char *key) {
  struct scenario *scenario = &translation->out->scenario;
  const json_t *key_name = json_object_get(client, key);

  if (scenario->preset_certificate != IDENTITY_NONE) {
    return refuse(translation, "certificates on SSL_CTX and SSL object");
  }

  scenario->preset_on_ctx = strcmp(certificate, "certificate") == 0;
  return find_identity(translation, &scenario->preset_certificate,
                       json_object_get(client, certificate)) &&
         (key_name == NULL
              ? (scenario->preset_key = scenario->preset_certificate) > 0
              : find_identity(translation, &scenario->preset_key, key_name));
}

static int read_client(struct translation *translation) {
  json_t *client = translation->plan->client;
  const char *key;
  json_t *value;

  json_object_foreach(client, key, value) {
    int ok = 1;

    if (strcmp(key, "callback") == 0) {
      ok = read_callback(translation, value);
    } else if (strcmp(key, "certificate") == 0) {
      ok = read_preset(translation, client, "certificate", "key");
    } else if (strcmp(key, "ssl_certificate") == 0) {
      ok = read_preset(translation, client, "ssl_certificate", "ssl_key");
    } else if (strcmp(key, "io") == 0) {
      translation->lockstep = strcmp(json_string_value(value), "lockstep") == 0;
      ok = strcmp(json_string_value(value), "nonblocking") != 0 ||
           refuse(translation, "a transport that never waits");
    } else if (strcmp(key, "key") != 0 && strcmp(key, "ssl_key") != 0 &&
               strcmp(key, "transport") != 0 &&
               strcmp(key, "post_handshake_auth") != 0) {
      ok = refuse(translation, "a setting of the client that is not modelled");
    }
    if (!ok) {
      return 0;
    }
  }
  return 1;
}

/* What a renegotiation requests, beside what the first handshake does. */
static int read_renegotiation(struct translation *translation,
                              const json_t *change) {
  struct scenario *scenario = &translation->out->scenario;
  const json_t *value = json_object_get(change, "request");
  bool requested = scenario->request != REQUEST_NONE;
  bool wanted = value != NULL ? json_is_true(value) : requested;

  if (requested && !wanted) {
    return refuse(translation, "a renegotiation that requests less");
  }
  if (!requested && wanted) {
    scenario->request = REQUEST_LATER;
  }
  return 1;
}

static int read_after(struct translation *translation, const json_t *after) {
  size_t i;
  json_t *item;

  json_array_foreach(after, i, item) {
    const json_t *change = json_object_get(item, "renegotiate");

    if (change != NULL && !read_renegotiation(translation, change)) {
      return 0;
    }
    if (change == NULL && json_object_get(item, "application_data") == NULL &&
        json_object_get(item, "read") == NULL) {
      return refuse(translation, "what the server does after the handshake");
    }
  }
  return 1;
}

static int read_request(struct translation *translation,
                        const json_t *request) {
  struct scenario *scenario = &translation->out->scenario;
  const json_t *list = json_object_get(request, "certificate_authorities");

  if (json_object_size(request) != (list != NULL)) {
    return refuse(translation, "a CertificateRequest of its own");
  }

  /* The model only knows how many there are; nothing depends on it. */
  scenario->list = list == NULL                 ? LIST_NONE
                   : json_array_size(list) == 0 ? LIST_EMPTY
                                                : LIST_ONE;
  return 1;
}

static int read_server(struct translation *translation) {
  struct scenario *scenario = &translation->out->scenario;
  json_t *server = translation->plan->server;
  bool require = json_is_true(json_object_get(server, "require"));
  const char *key;
  json_t *value;

  if (json_is_true(json_object_get(server, "request"))) {
    scenario->request = require ? REQUEST_REQUIRE : REQUEST_PLAIN;
  }
  json_object_foreach(server, key, value) {
    if (strcmp(key, "after") == 0) {
      if (!read_after(translation, value)) {
        return 0;
      }
    } else if (strcmp(key, "certificate_request") == 0) {
      if (!read_request(translation, value)) {
        return 0;
      }
    } else if (strcmp(key, "request") != 0 && strcmp(key, "require") != 0) {
      return refuse(translation, "a server that scenarios do not have");
    }
  }

  return 1;
}

/* A call that drives the handshake. Where the server's script is at a
 * renegotiation, it comes first. */
static int take_call(struct translation *translation, const json_t *step) {
  const json_t *after = json_object_get(translation->plan->server, "after");
  bool reads =
      strcmp(json_string_value(json_object_get(step, "do")), "read") == 0;

  if (reads && translation->began && translation->num_after == 0 &&
      json_object_get(json_array_get(after, 0), "renegotiate") != NULL) {
    translation->num_after++;
    if (!add(translation, OPERATION_RENEGOTIATE, 0, 0)) {
      return 0;
    }
  }

  translation->began = true;
  return add(translation,
             translation->lockstep ? OPERATION_CALL : OPERATION_BLOCKING, 0, 0);
}

static int take_nothing(struct translation *translation, const json_t *step) {
  (void)translation;
  (void)step;
  return 1;
}

static int take_clear(struct translation *translation, const json_t *step) {
  (void)step;
  return add(translation, OPERATION_CLEAR, 0, 0);
}

static int take_reconnect(struct translation *translation, const json_t *step) {
  struct scenario *scenario = &translation->out->scenario;

  if (json_object_get(step, "server") != NULL ||
      json_is_true(json_object_get(step, "resume"))) {
    return refuse(translation, "a second connection unlike the first");
  }
  return (scenario->num_operations > 0 &&
          scenario->operations[scenario->num_operations - 1].kind ==
              OPERATION_CLEAR) ||
         refuse(translation, "a second connection without SSL_clear");
}

static int take_free(struct translation *translation, const json_t *step) {
  (void)step;
  translation->freed = true;
  return 1;
}

static int take_new(struct translation *translation, const json_t *step) {
  if (json_object_get(step, "ctx") != NULL ||
      json_object_get(step, "server") != NULL) {
    return refuse(translation, "several SSL_CTX, or servers");
  }
  if (!translation->began && !translation->freed) {
    return 1; /* the first one */
  }

  translation->freed = false;
  translation->began = false;
  return add(translation, OPERATION_NEW, 0, 0);
}

static int take_set_callback(struct translation *translation,
                             const json_t *step) {
  const char *to = json_string_value(json_object_get(step, "to"));

  if (json_object_get(step, "ctx") != NULL ||
      (to != NULL && strcmp(to, "scripted") != 0)) {
    return refuse(translation, "a second callback, or SSL_CTX");
  }
  return add(translation,
             to != NULL ? OPERATION_SET_CALLBACK : OPERATION_SET_NULL, 0, 0);
}

static int take_use_certificate(struct translation *translation,
                                const json_t *step) {
  const char *on = json_string_value(json_object_get(step, "on"));
  identity certificate;
  identity key;

  if (on != NULL && strcmp(on, "ssl") != 0) {
    return refuse(translation, "a certificate set on the SSL_CTX later");
  }
  return find_identity(translation, &certificate,
                       json_object_get(step, "certificate")) &&
         find_identity(translation, &key, json_object_get(step, "key")) &&
         add(translation, OPERATION_USE_CERTIFICATE, certificate, key);
}

static int take_certs_clear(struct translation *translation,
                            const json_t *step) {
  (void)step;
  return add(translation, OPERATION_CERTS_CLEAR, 0, 0);
}

static const struct {
  const char *verb;
  int (*take)(struct translation *translation, const json_t *step);
} verbs[] = {
    {"handshake", take_call},
    {"connect", take_call},
    {"read", take_call},
    {"peek", take_call},
    {"write", take_call},
    {"shutdown", take_nothing},
    {"inspect", take_nothing},
    {"get_callback", take_nothing},
    {"clear", take_clear},
    {"reconnect", take_reconnect},
    {"free", take_free},
    {"new", take_new},
    {"set_callback", take_set_callback},
    {"use_certificate", take_use_certificate},
    {"certs_clear", take_certs_clear},
};

/* A step with another SSL object than before: it has to be a new one. */
static int follow_object(struct translation *translation, const json_t *step,
                         const char *verb) {
  const json_t *value = json_object_get(step, "ssl");
  const char *ssl = value != NULL ? json_string_value(value) : "ssl";

  if (translation->ssl == NULL || strcmp(verb, "new") == 0) {
    translation->ssl = ssl;
  }
  return strcmp(ssl, translation->ssl) == 0 ||
         refuse(translation, "several SSL objects in turn");
}

static int take_step(struct translation *translation, const json_t *step) {
  const char *verb = json_string_value(json_object_get(step, "do"));

  for (size_t i = 0; i < NUM(verbs); i++) {
    if (strcmp(verbs[i].verb, verb) == 0) {
      return follow_object(translation, step, verb) &&
             verbs[i].take(translation, step);
    }
  }

  return refuse(translation, "a step that scenarios do not have");
}

int plan_scenario(struct plan_scenario *out, const struct certspec_plan *plan,
                  const char **out_reason) {
  struct translation translation = {.out = out, .plan = plan};
  size_t i;
  json_t *step;

  *out = (struct plan_scenario){.scenario = {.protocol = plan->protocol}};
  int ok =
      plan->protocol->kind != PROTOCOL_QUIC || refuse(&translation, "QUIC");
  ok = ok && read_client(&translation) && read_server(&translation);
  json_array_foreach(plan->steps, i, step) {
    ok = ok && (i < PLAN_MAX_STEPS ||
                refuse(&translation, "more steps than scenarios have"));
    ok = ok && take_step(&translation, step);
    if (ok) {
      out->done[out->num_steps++] = out->scenario.num_operations;
    }
  }

  *out_reason = translation.reason;
  return ok;
}
