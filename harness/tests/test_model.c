/* The model against the vectors: what every documented case promises, as far
 * as scenarios go, is what the model says. */
#include "model.h"

#include <openssl/ssl.h>
#include <stdio.h>
#include <string.h>

#include "case.h"
#include "cmocka_all.h"
#include "matcher.h"
#include "observation.h"
#include "plan_scenario.h"
#include "subject.h"

enum {
  MAX_REASONS = 40,
  /* Fewer would mean that the model covers less of the vectors than it did. */
  LEAST_COVERED = 600,
  LEAST_EXPECTATIONS = 5500,
};

/* A line of each row of the facts: the manual is the same for all. */
static const char *const versions[] = {"1.1.1w", "3.0.19", "4.0.2"};

struct coverage {
  size_t num_covered;
  size_t num_left_out;
  size_t num_held;
  size_t num_not_said; /* expectations about what is not modelled */
  size_t num_failed;
  struct {
    const char *reason;
    size_t num;
  } reasons[MAX_REASONS];
  size_t num_reasons;
};

static json_t *name_or_null(identity which) {
  size_t num;
  const struct identity_about *table = identity_table(&num);

  return which == IDENTITY_NONE ? json_null() : json_string(table[which].name);
}

static const char *want_of(const struct outcome_step *step) {
  if (step->want_x509_lookup) {
    return "SSL_X509_LOOKUP";
  }
  return step->result == 1 ? "SSL_NOTHING" : "SSL_READING";
}

/* The values that the model knows after an operation. */
static json_t *values_of(const struct outcome_step *step, unsigned calls) {
  json_t *values = json_pack(
      "{s:i, s:o, s:o, s:i, s:o, s:o, s:b}", "callback_calls", (int)calls,
      "certificate", name_or_null(step->certificate), "private_key",
      name_or_null(step->key), "check_private_key",
      step->certificate != IDENTITY_NONE && step->certificate == step->key,
      "ctx_certificate", name_or_null(step->ctx_certificate),
      "callback_registered",
      step->registered ? json_string("scripted") : json_null(), "finished",
      step->finished);

  json_object_set_new(values, "unscripted_calls", json_integer(0));
  if (step->suspended > 0) {
    json_object_set_new(values, "in_init", json_true());
  }
  return values;
}

/* And those of a call. */
static void add_call(json_t *values, const char *verb,
                     const struct outcome_step *step) {
  bool drives = strcmp(verb, "handshake") == 0 || strcmp(verb, "connect") == 0;

  json_object_set_new(values, "want", json_string(want_of(step)));
  /* How many they are is not modelled. */
  json_object_set_new(values, "bytes_sent", json_integer(step->wrote));
  if (!step->wrote) {
    json_object_set_new(values, "messages_sent", json_array());
  }
  if (step->failed == 0) {
    json_object_set_new(values, "alerts_sent", json_array());
  }
  /* Beyond the handshake, SSL_read and the like return what is transported. */
  if (drives || step->want_x509_lookup) {
    json_object_set_new(values, "return", json_integer(step->result));
    json_object_set_new(values, "error",
                        json_string(subject_error_symbol(step->error)));
    if (step->reason[0] == '\0' && step->failed == 0) {
      json_object_set_new(values, "reasons", json_array());
    }
  } else {
    json_object_del(values, "want");
  }
}

/* What the server gets in one handshake. */
static json_t *new_handshake(void) {
  return json_pack("{s:n, s:n, s:b}", "certificates", "certificate_verify",
                   "certificate_message", 0);
}

static void add_certificate(json_t *handshake,
                            const struct outcome_step *step) {
  json_t *list = json_array();

  if (step->sent != IDENTITY_NONE) {
    json_array_append_new(list, name_or_null(step->sent));
  }
  if (step->verifies > 0) {
    json_object_set_new(handshake, "certificate_verify", json_string("valid"));
  }
  json_object_set_new(handshake, "certificates", list);
  json_object_set_new(handshake, "certificate_message", json_true());
}

static void add_handshake(json_t *connection) {
  json_t *handshakes = json_object_get(connection, "handshakes");
  json_array_append_new(handshakes, new_handshake());
}

static json_t *new_connection(void) {
  json_t *connection = json_pack("{s:[]}", "handshakes");

  add_handshake(connection);
  return connection;
}

static void take_operation(json_t *server, const struct operation *operation,
                           const struct outcome_step *step) {
  json_t *connection = json_array_get(server, json_array_size(server) - 1);

  if (operation->kind == OPERATION_CLEAR || operation->kind == OPERATION_NEW) {
    json_array_append_new(server, new_connection());
    return;
  }
  if (operation->kind == OPERATION_RENEGOTIATE) {
    add_handshake(connection);
  }

  json_t *handshakes = json_object_get(connection, "handshakes");
  if (step->certificates > 0) {
    add_certificate(json_array_get(handshakes, json_array_size(handshakes) - 1),
                    step);
  }
}

/* A connection's names are those of its last handshake. */
static void finish_connections(json_t *server) {
  size_t i;
  json_t *connection;

  json_array_foreach(server, i, connection) {
    json_t *handshakes = json_object_get(connection, "handshakes");
    json_object_update(
        connection,
        json_array_get(handshakes, json_array_size(handshakes) - 1));
  }
}

/* What the model says, as if it had been observed. */
static void observe(struct observation *out, const struct plan_scenario *plan,
                    const struct prediction *prediction, const json_t *steps) {
  const struct outcome_step *outcome = prediction->outcome.steps;
  unsigned calls = 0;
  size_t done = 0;

  observation_start(out);
  json_array_append_new(out->server, new_connection());
  for (size_t i = 0; i < plan->num_steps; i++) {
    const char *verb =
        json_string_value(json_object_get(json_array_get(steps, i), "do"));
    bool acts = done < plan->done[i];

    for (; done < plan->done[i]; done++) {
      calls += outcome[done].callback_calls;
      take_operation(out->server, &plan->scenario.operations[done],
                     &outcome[done]);
    }
    json_t *values =
        done == 0 ? json_object() : values_of(&outcome[done - 1], calls);
    if (acts && outcome[done - 1].api_calls[0] != '\0') {
      add_call(values, verb, &outcome[done - 1]);
    } else if (acts && outcome[done - 1].result != OUTCOME_NO_CALL) {
      json_object_set_new(values, "return",
                          json_integer(outcome[done - 1].result));
    }
    json_array_append_new(out->steps, values);
    json_decref(out->end);
    out->end = json_deep_copy(values);
  }
  finish_connections(out->server);
}

static void count_reason(struct coverage *coverage,
                         const struct certspec_plan *plan, const char *reason) {
  coverage->num_left_out++;
  if (plan->protocol == plan->source->protocols[0]) {
    print_message("not covered: %s: %s\n", plan->source->id, reason);
  }
  for (size_t i = 0; i < coverage->num_reasons; i++) {
    if (strcmp(coverage->reasons[i].reason, reason) == 0) {
      coverage->reasons[i].num++;
      return;
    }
  }
  assert_true(coverage->num_reasons < MAX_REASONS);
  coverage->reasons[coverage->num_reasons].reason = reason;
  coverage->reasons[coverage->num_reasons++].num = 1;
}

static void check_expectations(struct coverage *coverage,
                               const struct certspec_plan *plan,
                               const struct observation *said, long step,
                               json_t *expect) {
  const char *path;
  json_t *wanted;

  json_object_foreach(expect, path, wanted) {
    const json_t *got = observation_value(said, step, path);

    if (got == NULL) {
      coverage->num_not_said++;
    } else if (matcher_holds(wanted, got, said, step)) {
      coverage->num_held++;
    } else {
      char *got_text = json_dumps(got, JSON_ENCODE_ANY);
      char *wanted_text = json_dumps(wanted, JSON_ENCODE_ANY);
      print_error(
          "%s on %s: step %ld: %s: the case wants %s, the model says "
          "%s\n",
          plan->source->id, plan->protocol->name, step, path, wanted_text,
          got_text);
      coverage->num_failed++;
    }
  }
}

static void check_plan(struct coverage *coverage,
                       const struct certspec_plan *plan, const char *version) {
  struct plan_scenario translated;
  struct prediction prediction;
  struct observation said;
  const char *reason;
  size_t i;
  json_t *step;

  if (!plan_scenario(&translated, plan, &reason)) {
    count_reason(coverage, plan, reason);
    return;
  }
  if (!model_predict(&prediction, &translated.scenario, model_facts(version))) {
    count_reason(coverage, plan, prediction.impossible);
    return;
  }

  coverage->num_covered++;
  observe(&said, &translated, &prediction, plan->steps);
  json_array_foreach(plan->steps, i, step) {
    check_expectations(coverage, plan, &said, (long)i,
                       json_object_get(step, "expect"));
  }
  check_expectations(coverage, plan, &said, -1, plan->expect);
  observation_free(&said);
}

static void check_case(struct coverage *coverage,
                       const struct certspec_case *one, const char *version) {
  struct certspec_error error;

  for (size_t i = 0; i < one->num_protocols; i++) {
    struct certspec_plan plan;

    assert_true(plan_make(&plan, one, one->protocols[i], &error));
    check_plan(coverage, &plan, version);
    plan_free(&plan);
  }
}

static void says_what_the_cases_promise(void **state) {
  struct certspec_catalogue catalogue;
  struct certspec_error error = {""};

  (void)state;
  if (!catalogue_load(&catalogue, CERTSPEC_SOURCE_DIR "/vectors", &error)) {
    fail_msg("%s", error.text);
  }
  for (size_t v = 0; v < sizeof(versions) / sizeof(versions[0]); v++) {
    struct coverage coverage = {0};

    for (size_t i = 0; i < catalogue.num_cases; i++) {
      if (catalogue.cases[i].tier == TIER_DOCUMENTED) {
        check_case(&coverage, &catalogue.cases[i], versions[v]);
      }
    }
    print_message(
        "%s: %zu runs covered, %zu not; %zu expectations held, %zu "
        "about what is not modelled\n",
        versions[v], coverage.num_covered, coverage.num_left_out,
        coverage.num_held, coverage.num_not_said);
    for (size_t i = 0; v == 0 && i < coverage.num_reasons; i++) {
      print_message("%6zu runs left out: %s\n", coverage.reasons[i].num,
                    coverage.reasons[i].reason);
    }
    assert_int_equal(coverage.num_failed, 0);
    assert_true(coverage.num_covered >= LEAST_COVERED);
    assert_true(coverage.num_held >= LEAST_EXPECTATIONS);
  }
  catalogue_free(&catalogue);
}

static struct outcome predict(const char *code, const char *version) {
  struct certspec_error error = {""};
  struct scenario scenario;
  struct prediction prediction;

  if (!scenario_parse(&scenario, code, &error)) {
    fail_msg("%s", error.text);
  }
  if (!model_predict(&prediction, &scenario, model_facts(version))) {
    fail_msg("%s: %s", code, prediction.impossible);
  }
  return prediction.outcome;
}

static void suspends_for_each_negative_answer(void **state) {
  struct outcome outcome =
      predict("TLSv1.3:request:none:none:any:-1*2,1ee:hhhhS", "3.0.19");

  (void)state;
  assert_int_equal(outcome.num_steps, 6);
  assert_int_equal(outcome.steps[0].error, SSL_ERROR_WANT_READ);
  for (size_t i = 1; i <= 2; i++) {
    assert_int_equal(outcome.steps[i].result, -1);
    assert_int_equal(outcome.steps[i].error, SSL_ERROR_WANT_X509_LOOKUP);
    assert_int_equal(outcome.steps[i].callback_calls, 1);
    assert_false(outcome.steps[i].wrote);
  }
  assert_int_equal(outcome.steps[3].result, 1);
  assert_int_equal(outcome.steps[3].sent, identity_find("ecdsa-leaf"));
  assert_int_equal(outcome.steps[3].verifies, 1);
}

static void knows_where_libraries_differ(void **state) {
  static const char mismatch[] = "TLSv1.2:request:none:none:any:1ef:hhS";
  struct outcome old = predict(mismatch, "1.1.1w");
  struct outcome now = predict(mismatch, "3.0.19");
  struct outcome next = predict(mismatch, "4.0.2");

  (void)state;
  assert_int_equal(old.steps[1].certificate, IDENTITY_NONE);
  assert_int_equal(now.steps[1].certificate, identity_find("ecdsa-leaf"));
  assert_int_equal(now.steps[1].error, SSL_ERROR_SSL);
  assert_int_equal(next.steps[1].error, SSL_ERROR_WANT_READ);
  assert_int_equal(now.steps[1].sent, IDENTITY_NONE);
  assert_int_equal(now.steps[1].certificates, 1);
}

static void refuses_what_cannot_be(void **state) {
  static const char *const codes[][2] = {
      {"TLSv1.3:request:none:none:any:1ee:SrS", "a renegotiation in TLS 1.3"},
      {"TLSv1.2:request:none:none:any:1ee:SpS",
       "a post-handshake request before TLS 1.3"},
      {"TLSv1.2:require:none:none:any:0:ShS", "a call after a failure"},
      {"TLSv1.2:request:none:none:any:1ee:ShS",
       "a call when nothing is on its way"},
      {"TLSv1.2:request:none:none:any:1ee:mS",
       "a resumption before the handshake is done"},
  };
  struct certspec_error error;
  struct scenario scenario;
  struct prediction prediction;

  (void)state;
  for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
    assert_true(scenario_parse(&scenario, codes[i][0], &error));
    assert_false(model_predict(&prediction, &scenario, model_facts("3.0.19")));
    assert_string_equal(prediction.impossible, codes[i][1]);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(says_what_the_cases_promise),
      cmocka_unit_test(suspends_for_each_negative_answer),
      cmocka_unit_test(knows_where_libraries_differ),
      cmocka_unit_test(refuses_what_cannot_be),
  };
  return cmocka_run_group_tests_name("model", tests, NULL, NULL);
}
