#include <stdio.h>

#include "seen.h"

static int start(void **state) {
  static struct observation seen;

  observation_start(&seen);
  *state = &seen;
  return 0;
}

static int end(void **state) {
  observation_free(*state);
  return 0;
}

static void assert_value(const struct observation *seen, long step,
                         const char *path, const char *text) {
  const json_t *value = observation_value(seen, step, path);
  json_t *wanted =
      text == NULL ? NULL : json_loads(text, JSON_DECODE_ANY, NULL);

  if (text == NULL ? value != NULL : !json_equal(value, wanted)) {
    fail_msg("%s is not %s", path, text != NULL ? text : "absent");
  }
  json_decref(wanted);
}

static void values_by_path(void **state) {
  struct observation *seen = *state;

  seen_add(seen,
           "{\"event\": \"step\", \"index\": 0, \"values\":"
           " {\"error\": \"A\", \"list\": [1, [2, {\"x\": 3}]]}}");
  seen_add(seen,
           "{\"event\": \"step\", \"index\": 1, \"values\":"
           " {\"error\": \"B\", \"none\": null}}");
  seen_add(seen,
           "{\"event\": \"callback\", \"which\": \"client_cert_cb\","
           " \"values\": {\"return\": -1}}");
  seen_add(seen,
           "{\"event\": \"callback\", \"which\": \"cert_cb\","
           " \"values\": {\"return\": 1}}");
  seen_add(seen, "{\"event\": \"end\", \"values\": {\"error\": \"E\"}}");
  seen_answer(seen, 5, "{\"end\": \"ok\"}");
  seen_answer(seen, 6,
              "{\"end\": \"eof\", \"handshakes\":"
              " [{\"certificates\": [\"leaf\", \"ca\"]}]}");

  assert_value(seen, 0, "error", "\"A\"");
  assert_value(seen, 1, "error", "\"B\"");
  assert_value(seen, -1, "error", "\"E\"");
  assert_value(seen, 0, "steps[1].error", "\"B\"");
  assert_value(seen, -1, "steps[0].list[1][1].x", "3");
  assert_value(seen, 1, "none", "null");
  assert_value(seen, -1, "callback[0].return", "-1");
  assert_value(seen, 1, "cert_cb[0].return", "1");
  assert_value(seen, -1, "server.end", "\"eof\"");
  assert_value(seen, -1, "server[0].end", "\"ok\"");
  assert_value(seen, 0, "server.handshakes[0].certificates[1]", "\"ca\"");
}

static void no_value(void **state) {
  struct observation *seen = *state;

  assert_value(seen, -1, "error", NULL);
  assert_value(seen, -1, "server.end", NULL);
  assert_value(seen, 0, "error", NULL);
  seen_add(seen, "{\"event\": \"end\", \"values\": {\"list\": [1]}}");
  seen_answer(seen, 1, "{}");
  assert_value(seen, -1, "list[1]", NULL);
  assert_value(seen, -1, "list[-1]", NULL);
  assert_value(seen, -1, "list[", NULL);
  assert_value(seen, -1, "list.x", NULL);
  assert_value(seen, -1, "list..x", NULL);
  assert_value(seen, -1, "steps.x", NULL);
  assert_value(seen, -1, "steps[0]", NULL);
  assert_value(seen, -1, "callback[0].return", NULL);
  assert_value(seen, -1, "server[1].end", NULL);
  assert_value(seen, -1, "server[x].end", NULL);
  assert_value(seen, -1, "server", NULL);
  assert_value(seen, -1, "", "{\"list\": [1]}");
}

static void no_event(void **state) {
  static const char *const lines[] = {
      "",
      "hello",
      "[]",
      "{}",
      "{\"event\": \"other\"}",
      "{\"event\": 1}",
      "{\"event\": \"step\", \"index\": 1, \"values\": {}}",
      "{\"event\": \"step\", \"index\": 0}",
      "{\"event\": \"step\", \"values\": {}}",
      "{\"event\": \"step\", \"index\": 0, \"values\": []}",
      "{\"event\": \"step\", \"index\": 0, \"changed\": {}}",
      "{\"event\": \"end\", \"changed\": {}}",
      "{\"event\": \"callback\", \"which\": \"none\", \"values\": {}}",
      "{\"event\": \"callback\", \"which\": \"cert_cb\"}",
      "{\"event\": \"callback\", \"which\": \"cert_cb\", \"changed\": {}}",
      "[]",
      "[1, \"call\"]",
      "{\"event\": \"connection\"}",
      "{\"event\": \"error\"}",
  };

  for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
    if (observation_add(*state, lines[i], strlen(lines[i]))) {
      fail_msg("taken for an event: %s", lines[i]);
    }
  }
}

static void what_has_not_changed_is_as_before(void **state) {
  struct observation *seen = *state;

  seen_add(seen,
           "{\"event\": \"step\", \"index\": 0,"
           " \"values\": {\"return\": -1, \"want\": \"A\"}}");
  seen_add(seen,
           "{\"event\": \"callback\", \"which\": \"cert_cb\","
           " \"values\": {\"return\": 7, \"state\": \"S\"}}");
  seen_add(seen,
           "{\"event\": \"callback\", \"which\": \"client_cert_cb\","
           " \"changed\": {\"return\": 8}}");
  seen_add(seen,
           "{\"event\": \"step\", \"index\": 1,"
           " \"changed\": {\"return\": 1}}");
  seen_add(seen,
           "{\"event\": \"end\","
           " \"changed\": {\"want\": \"B\", \"keys_freed_at_end\": 1}}");

  assert_value(seen, 0, "return", "-1");
  assert_value(seen, 1, "return", "1");
  assert_value(seen, 1, "want", "\"A\"");
  assert_value(seen, -1, "return", "1");
  assert_value(seen, -1, "want", "\"B\"");
  assert_value(seen, 0, "keys_freed_at_end", NULL);
  assert_value(seen, -1, "cert_cb[0].return", "7");
  assert_value(seen, -1, "callback[0].return", "8");
  assert_value(seen, -1, "callback[0].state", "\"S\"");
}

static void first_error_stays(void **state) {
  struct observation *seen = *state;

  seen_add(seen, "{\"event\": \"error\", \"text\": \"first\"}");
  seen_add(seen, "{\"event\": \"error\", \"text\": \"second\"}");
  assert_string_equal(json_string_value(seen->error), "first");
}

static void answers_in_any_order(void **state) {
  struct observation *seen = *state;
  json_t *one = json_string("one");
  json_t *two = json_string("two");

  seen_add(seen, "{\"event\": \"connection\", \"id\": 10}");
  seen_add(seen, "{\"event\": \"connection\", \"id\": 11}");
  assert_int_equal(observation_unanswered(seen), 2);
  assert_int_equal(observation_answer(seen, 12, one), 0);
  assert_int_equal(observation_answer(seen, 11, two), 1);
  assert_int_equal(observation_answer(seen, 11, one), 0);
  assert_int_equal(observation_unanswered(seen), 1);
  assert_int_equal(observation_answer(seen, 10, one), 1);
  assert_int_equal(observation_unanswered(seen), 0);
  assert_ptr_equal(json_array_get(seen->server, 0), one);
  assert_ptr_equal(json_array_get(seen->server, 1), two);
  json_decref(one);
  json_decref(two);
}

static void assert_line(const json_t *ladder, size_t i, double t,
                        const char *side, const char *name) {
  const json_t *line = json_array_get(ladder, i);

  assert_true(json_number_value(json_object_get(line, "t")) == t);
  assert_string_equal(json_string_value(json_object_get(line, "side")), side);
  assert_string_equal(json_string_value(json_object_get(line, "name")), name);
}

static json_t *take_ladder(const struct observation *seen) {
  char *text = NULL;
  size_t text_len = 0;
  FILE *file = open_memstream(&text, &text_len);

  assert_non_null(file);
  observation_print_ladder(seen, file);
  assert_int_equal(fclose(file), 0);
  json_t *ladder = json_loads(text, 0, NULL);
  assert_true(json_is_array(ladder));
  free(text);
  return ladder;
}

static void ladder_by_time(void **state) {
  struct observation *seen = *state;

  seen_add(seen, "[100001000, \"call\", null, \"a\"]");
  seen_add(seen, "[100003000, \"message\", \"sent\", \"c\", 3]");
  seen_answer(seen, 1,
              "{\"log\": ["
              "[100002001, \"message\", \"received\", \"b\", 0, \"\"],"
              "[100003000, \"message\", \"received\", \"d\"],"
              "\"no line\", [1, \"message\"]]}");

  json_t *ladder = take_ladder(seen);
  assert_int_equal(json_array_size(ladder), 4);
  assert_line(ladder, 0, 0, "client", "a");
  assert_line(ladder, 1, 1.001, "server", "b");
  assert_line(ladder, 2, 2, "client", "c");
  assert_line(ladder, 3, 2, "server", "d");
  assert_null(json_object_get(json_array_get(ladder, 1), "detail"));
  json_decref(ladder);
}

static void ladder_of_nothing(void **state) {
  json_t *ladder = take_ladder(*state);

  assert_int_equal(json_array_size(ladder), 0);
  json_decref(ladder);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(values_by_path, start, end),
      cmocka_unit_test_setup_teardown(no_value, start, end),
      cmocka_unit_test_setup_teardown(no_event, start, end),
      cmocka_unit_test_setup_teardown(what_has_not_changed_is_as_before, start,
                                      end),
      cmocka_unit_test_setup_teardown(first_error_stays, start, end),
      cmocka_unit_test_setup_teardown(answers_in_any_order, start, end),
      cmocka_unit_test_setup_teardown(ladder_by_time, start, end),
      cmocka_unit_test_setup_teardown(ladder_of_nothing, start, end),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
