#include "scenario_ends.h"

#include <openssl/ssl.h>
#include <string.h>

const char *scenario_name_of(identity which) {
  size_t num;

  return identity_table(&num)[which].name;
}

void scenario_set_name(json_t *object, const char *key, identity which) {
  if (which != IDENTITY_NONE) {
    json_object_set_new(object, key, json_string(scenario_name_of(which)));
  }
}

static json_t *answer_of(const struct answer *answer) {
  json_t *object = json_pack("{s:i}", "return", answer->returns);

  if (answer->times > 1) {
    json_object_set_new(object, "times", json_integer(answer->times));
  }
  scenario_set_name(object, "certificate", answer->certificate);
  scenario_set_name(object, "key", answer->key);
  /* What is handed over with a suspension is nobody's: it would leak. */
  if (answer->returns < 0 &&
      (answer->certificate != IDENTITY_NONE || answer->key != IDENTITY_NONE)) {
    json_object_set_new(object, "borrow", json_true());
  }
  return object;
}

static bool does(const struct scenario *scenario, enum operation_kind kind) {
  for (size_t i = 0; i < scenario->num_operations; i++) {
    if (scenario->operations[i].kind == kind) {
      return true;
    }
  }

  return false;
}

bool scenario_is_blocking(const struct scenario *scenario,
                          const struct outcome *outcome) {
  for (size_t i = 0; i < outcome->num_steps; i++) {
    if (strpbrk(outcome->steps[i].api_calls, "rR") != NULL) {
      return false;
    }
  }
  return !does(scenario, OPERATION_CALL);
}

/* A call that the script does not have gets 0, but a case has to say so. */
static void add_unscripted(json_t *answers, const struct scenario *scenario,
                           const struct outcome *outcome) {
  unsigned scripted = 0;
  unsigned calls = 0;

  for (size_t i = 0; i < scenario->num_answers; i++) {
    scripted += scenario->answers[i].times;
  }
  for (size_t i = 0; i < outcome->num_steps; i++) {
    calls += outcome->steps[i].callback_calls;
  }
  if (calls > scripted) {
    json_array_append_new(answers, json_pack("{s:i, s:i}", "return", 0, "times",
                                             (int)(calls - scripted)));
  }
}

json_t *scenario_client(const struct scenario *scenario,
                        const struct outcome *outcome) {
  json_t *client = json_object();
  json_t *answers = json_array();

  for (size_t i = 0; i < scenario->num_answers; i++) {
    json_array_append_new(answers, answer_of(&scenario->answers[i]));
  }
  add_unscripted(answers, scenario, outcome);
  json_object_set_new(client, "callback", answers);
  if (does(scenario, OPERATION_POST_HANDSHAKE_AUTH)) {
    json_object_set_new(client, "post_handshake_auth", json_true());
  }
  if (!scenario_is_blocking(scenario, outcome)) {
    json_object_set_new(client, "io", json_string("lockstep"));
  }
  if (does(scenario, OPERATION_SET_SSL_CTX)) {
    json_object_set_new(
        client, "contexts",
        json_pack("{s:{s:s}}", "other", "certificate",
                  scenario_name_of(scenario_other_certificate())));
  }
  return client;
}

json_t *scenario_certificate_request(const struct scenario *scenario) {
  static const char *const lists[NUM_LISTS] = {
      [LIST_EMPTY] = "[]",
      [LIST_ONE] = "[\"other-root\"]",
      [LIST_SEVERAL] = "[\"other-root\", \"ecdsa-root\", \"rsa-root\"]"};
  static const char *const algorithms[NUM_ALGORITHMS] = {
      [ALGORITHMS_ECDSA] =
          "[\"ecdsa_secp256r1_sha256\", \"ecdsa_secp384r1_sha384\"]",
      [ALGORITHMS_RSA] = "[\"rsa_pss_rsae_sha256\", \"rsa_pkcs1_sha256\"]"};
  json_t *request = json_object();

  if (algorithms[scenario->algorithms] != NULL) {
    json_object_set_new(request, "signature_algorithms",
                        json_loads(algorithms[scenario->algorithms], 0, NULL));
  }
  if (lists[scenario->list] != NULL) {
    json_object_set_new(request, "certificate_authorities",
                        json_loads(lists[scenario->list], 0, NULL));
  }
  return request;
}

bool scenario_gives_tickets(const struct scenario *scenario) {
  return scenario_resumes(scenario) &&
         scenario->protocol->version == TLS1_3_VERSION;
}

json_t *scenario_server(const struct scenario *scenario) {
  json_t *server = json_object();
  json_t *request = scenario_certificate_request(scenario);

  if (scenario->request == REQUEST_PLAIN ||
      scenario->request == REQUEST_REQUIRE) {
    json_object_set_new(server, "request", json_true());
  }
  if (scenario->request == REQUEST_REQUIRE) {
    json_object_set_new(server, "require", json_true());
  }
  if (json_object_size(request) > 0) {
    json_object_set(server, "certificate_request", request);
  }
  json_decref(request);
  if (scenario_gives_tickets(scenario)) {
    json_object_set_new(server, "tickets", json_integer(1));
  }
  return server;
}
