#include "case.h"

#include <string.h>

#include "cmocka_all.h"
#include "scratch.h"

static const char MANUAL[] =
    "{\"page\": \"p\", \"statements\": [{\"id\": \"S-1\","
    " \"section\": \"s\", \"text\": \"t\", \"forms\": [\"3\"]}]}";

static const char CASES[] =
    "{\"topic\": \"plan\", \"cases\": ["
    "{\"id\": \"plan/documented\", \"rev\": 1, \"title\": \"t\","
    " \"statements\": [\"S-1\"], \"tier\": \"documented\","
    " \"protocols\": [\"TLSv1.2\", \"TLSv1.3\"],"
    " \"client\": {\"io\": \"lockstep\", \"callback\": [{\"return\": 0}],"
    "  \"verify\": true},"
    " \"client_on\": {\"TLSv1.3\": {\"callback\": [{\"return\": 1}],"
    "  \"groups\": \"x25519\"}},"
    " \"server\": {\"request\": true, \"certificate_request\":"
    "  {\"context\": \"\", \"extensions\": []}},"
    " \"server_on\": {\"TLSv1.2\": {\"certificate_request\": {}}},"
    " \"steps\": ["
    "  {\"do\": \"handshake\", \"times\": 2, \"expect\": {\"return\": -1},"
    "   \"expect_on\": {\"TLSv1.3\": {\"return\": 1, \"want\": \"w\"}}},"
    "  {\"do\": \"read\", \"protocols\": [\"TLSv1.3\"], \"bytes\": 5},"
    "  {\"do\": \"write\", \"protocols\": [\"TLSv1.2\", \"TLSv1.3\"],"
    "   \"expect_on\": {\"TLSv1.2\": {\"return\": 3}}, \"times\": 1}],"
    " \"expect\": {\"a\": 1, \"b\": {\"$not\": 2}},"
    " \"expect_on\": {\"TLSv1.2\": {\"b\": 3, \"c\": null}}},"

    "{\"id\": \"plan/observed\", \"rev\": 1, \"title\": \"t\","
    " \"statements\": [], \"tier\": \"observed\","
    " \"protocols\": [\"TLSv1.2\", \"TLSv1.3\"],"
    " \"client\": {}, \"server\": {},"
    " \"steps\": [{\"do\": \"read\", \"times\": 3, \"observe\": [\"return\"],"
    "   \"observe_on\": {\"TLSv1.3\": [\"want\"]}},"
    "  {\"do\": \"shutdown\", \"observe_on\": {\"TLSv1.2\": [\"error\"]}}],"
    " \"observe\": [\"a\"], \"observe_on\": {\"TLSv1.2\": [\"b\", \"c\"]}},"

    "{\"id\": \"plan/steps-only\", \"rev\": 1, \"title\": \"t\","
    " \"statements\": [\"S-1\"], \"tier\": \"documented\","
    " \"protocols\": [\"QUICv1\"], \"client\": {}, \"server\": {},"
    " \"steps\": [{\"do\": \"read\", \"expect\": {\"return\": 1}}]}]}";

static struct certspec_catalogue catalogue;

static int load_catalogue(void **state) {
  (void)state;
  struct scratch scratch;
  struct certspec_error error = {""};
  scratch_make(&scratch);
  scratch_make_folder(&scratch, "manual");
  scratch_make_folder(&scratch, "cases");
  scratch_write(&scratch, "manual/m.json", MANUAL);
  scratch_write(&scratch, "cases/plan.json", CASES);
  const int ok = catalogue_load(&catalogue, scratch.folder, &error);
  scratch_remove(&scratch);
  if (!ok) {
    print_error("%s\n", error.text);
  }

  return ok ? 0 : -1;
}

static int free_catalogue(void **state) {
  (void)state;
  catalogue_free(&catalogue);
  return 0;
}

static struct certspec_plan make_plan(const char *id, const char *protocol) {
  struct certspec_error error = {""};
  struct certspec_plan plan;
  const struct certspec_case *source = catalogue_find_case(&catalogue, id);
  if (!plan_make(&plan, source, protocol_find(protocol), &error)) {
    fail_msg("%s", error.text);
  }

  assert_ptr_equal(plan.source, source);
  assert_ptr_equal(plan.protocol, protocol_find(protocol));
  return plan;
}

/* Compares |got| with the JSON text |wanted|. */
static void check_json(const json_t *got, const char *wanted) {
  json_error_t error;
  json_t *value = json_loads(wanted, JSON_DECODE_ANY, &error);
  assert_non_null(value);
  if (!json_equal(got, value)) {
    char *text = json_dumps(got, JSON_ENCODE_ANY);
    fail_msg("got %s, not %s", text, wanted);
  }

  json_decref(value);
}

static void merges_what_is_said_of_the_protocol(void **state) {
  (void)state;
  struct certspec_plan plan = make_plan("plan/documented", "TLSv1.2");
  check_json(plan.client,
             "{\"io\": \"lockstep\", \"callback\": [{\"return\": 0}],"
             " \"verify\": true}");
  check_json(plan.server, "{\"request\": true, \"certificate_request\": {}}");
  check_json(plan.expect, "{\"a\": 1, \"b\": 3, \"c\": null}");
  check_json(plan.steps,
             "[{\"do\": \"handshake\", \"expect\": {\"return\": -1}},"
             " {\"do\": \"handshake\", \"expect\": {\"return\": -1}},"
             " {\"do\": \"write\", \"expect\": {\"return\": 3}}]");
  assert_null(plan.observe);
  plan_free(&plan);

  plan = make_plan("plan/documented", "TLSv1.3");
  check_json(plan.client,
             "{\"io\": \"lockstep\", \"callback\": [{\"return\": 1}],"
             " \"verify\": true, \"groups\": \"x25519\"}");
  check_json(plan.server,
             "{\"request\": true, \"certificate_request\":"
             " {\"context\": \"\", \"extensions\": []}}");
  check_json(plan.expect, "{\"a\": 1, \"b\": {\"$not\": 2}}");
  check_json(plan.steps,
             "[{\"do\": \"handshake\","
             "  \"expect\": {\"return\": 1, \"want\": \"w\"}},"
             " {\"do\": \"handshake\","
             "  \"expect\": {\"return\": 1, \"want\": \"w\"}},"
             " {\"do\": \"read\", \"bytes\": 5},"
             " {\"do\": \"write\", \"expect\": {}}]");
  plan_free(&plan);
}

static void appends_what_is_observed_on_the_protocol(void **state) {
  (void)state;
  struct certspec_plan plan = make_plan("plan/observed", "TLSv1.2");
  check_json(plan.observe, "[\"a\", \"b\", \"c\"]");
  check_json(plan.steps,
             "[{\"do\": \"read\", \"observe\": [\"return\"]},"
             " {\"do\": \"read\", \"observe\": [\"return\"]},"
             " {\"do\": \"read\", \"observe\": [\"return\"]},"
             " {\"do\": \"shutdown\", \"observe\": [\"error\"]}]");
  assert_null(plan.expect);
  plan_free(&plan);

  plan = make_plan("plan/observed", "TLSv1.3");
  check_json(plan.observe, "[\"a\"]");
  check_json(plan.steps,
             "[{\"do\": \"read\", \"observe\": [\"return\", \"want\"]},"
             " {\"do\": \"read\", \"observe\": [\"return\", \"want\"]},"
             " {\"do\": \"read\", \"observe\": [\"return\", \"want\"]},"
             " {\"do\": \"shutdown\", \"observe\": []}]");
  plan_free(&plan);
}

static void has_an_expect_even_where_only_steps_do(void **state) {
  (void)state;
  struct certspec_plan plan = make_plan("plan/steps-only", "QUICv1");
  check_json(plan.expect, "{}");
  check_json(plan.client, "{}");
  check_json(plan.server, "{}");
  plan_free(&plan);
  assert_null(plan.steps);
}

static void shares_nothing_with_the_catalogue(void **state) {
  (void)state;
  struct certspec_plan plan = make_plan("plan/documented", "TLSv1.3");
  json_t *before = json_deep_copy(plan.source->root);
  json_object_clear(
      json_array_get(json_object_get(plan.client, "callback"), 0));
  json_object_clear(json_object_get(plan.server, "certificate_request"));
  json_object_clear(json_object_get(plan.expect, "b"));
  json_object_clear(json_object_get(json_array_get(plan.steps, 0), "expect"));
  assert_true(json_equal(plan.source->root, before));

  /* Nor does one round of a step with the next. */
  check_json(json_array_get(plan.steps, 1),
             "{\"do\": \"handshake\","
             " \"expect\": {\"return\": 1, \"want\": \"w\"}}");
  json_decref(before);
  plan_free(&plan);
}

static void refuses_a_protocol_of_other_cases(void **state) {
  (void)state;
  struct certspec_error error = {""};
  struct certspec_plan plan;
  const struct certspec_case *source =
      catalogue_find_case(&catalogue, "plan/documented");
  assert_int_equal(plan_make(&plan, source, protocol_find("DTLSv1.2"), &error),
                   0);
  assert_string_equal(
      error.text,
      "cases/plan.json:1: case plan/documented: is not run on DTLSv1.2");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(merges_what_is_said_of_the_protocol),
      cmocka_unit_test(appends_what_is_observed_on_the_protocol),
      cmocka_unit_test(has_an_expect_even_where_only_steps_do),
      cmocka_unit_test(shares_nothing_with_the_catalogue),
      cmocka_unit_test(refuses_a_protocol_of_other_cases),
  };
  return cmocka_run_group_tests_name("plan", tests, load_catalogue,
                                     free_catalogue);
}
