#include "log_line.h"

#include <stdlib.h>

#include "cmocka_all.h"
#include "event.h"

static const struct log_line whole = {.t = 72700762725,
                                      .side = "client",
                                      .kind = "message",
                                      .direction = "sent",
                                      .name = "Certificate",
                                      .length = 0,
                                      .detail = "a \"b\"\n\xc3\xa9"};

static json_t *print(const struct log_line *line, json_int_t since) {
  char *text = NULL;
  size_t text_len = 0;
  FILE *file = open_memstream(&text, &text_len);

  assert_non_null(file);
  if (since < 0) {
    log_line_write(line, file);
  } else {
    log_line_print(line, since, file);
  }
  assert_int_equal(fclose(file), 0);
  json_t *value = json_loads(text, 0, NULL);
  assert_non_null(value);
  free(text);
  return value;
}

static void assert_json(json_t *value, const char *wanted) {
  json_t *object = json_loads(wanted, 0, NULL);

  assert_non_null(object);
  assert_true(json_equal(value, object));
  json_decref(value);
  json_decref(object);
}

static void comes_as_it_was_sent(void **state) {
  struct log_line read;
  json_t *array = print(&whole, -1);

  (void)state;
  assert_true(log_line_read(&read, array, "client"));
  assert_true(read.t == whole.t);
  assert_string_equal(read.side, whole.side);
  assert_string_equal(read.kind, whole.kind);
  assert_string_equal(read.direction, whole.direction);
  assert_string_equal(read.name, whole.name);
  assert_int_equal(read.length, whole.length);
  assert_string_equal(read.detail, whole.detail);
  json_decref(array);
}

static void short_on_its_way(void **state) {
  struct log_line line = {.kind = "call", .name = "SSL_read", .length = -1};

  (void)state;
  assert_json(print(&line, -1), "[0, \"call\", null, \"SSL_read\"]");
  line.detail = "ssl";
  assert_json(print(&line, -1),
              "[0, \"call\", null, \"SSL_read\", null, \"ssl\"]");
}

static void foreign_bytes(void **state) {
  const struct log_line line = {
      .kind = "call", .name = "a\xff\"b", .length = -1};

  (void)state;
  assert_json(print(&line, -1), "[0, \"call\", null, \"a?\\\"b\"]");
}

static void what_json_escapes(void **state) {
  struct log_line line = {.kind = "call", .name = "a\"b", .length = -1};

  (void)state;
  assert_json(print(&line, -1), "[0, \"call\", null, \"a\\\"b\"]");
  line.name = "a\\b";
  assert_json(print(&line, -1), "[0, \"call\", null, \"a\\\\b\"]");
}

/* The servers' clock. */
static void microseconds_of_the_monotonic_clock(void **state) {
  double before = event_now();
  double now = (double)log_line_now();

  (void)state;
  assert_true(now >= before * 1e6 - 1 && now <= event_now() * 1e6 + 1);
}

static void object_of_results(void **state) {
  struct log_line line = whole;

  (void)state;
  assert_json(print(&line, whole.t - 12034),
              "{\"t\": 12.034, \"side\": \"client\", \"kind\": \"message\","
              " \"direction\": \"sent\", \"name\": \"Certificate\","
              " \"length\": 0, \"detail\": \"a \\\"b\\\"\\n\\u00e9\"}");
  line.direction = NULL;
  line.length = -1;
  line.detail = "";
  assert_json(print(&line, whole.t),
              "{\"t\": 0.0, \"side\": \"client\", \"kind\": \"message\","
              " \"name\": \"Certificate\"}");
}

static void no_line(void **state) {
  static const char *const wrong[] = {
      "{}",
      "[]",
      "[\"0\", \"call\", null, \"a\"]",
      "[-1, \"call\", null, \"a\"]",
      "[0.5, \"call\", null, \"a\"]",
      "[0, null, null, \"a\"]",
      "[0, \"call\", null, null]",
      "[0, \"call\", 1, \"a\"]",
      "[0, \"call\", null, \"a\", \"1\"]",
      "[0, \"call\", null, \"a\", 1, 2]",
      "[0, \"call\", null, \"a\", 1, \"b\", \"c\"]",
  };
  struct log_line read;

  (void)state;
  for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
    json_t *value = json_loads(wrong[i], 0, NULL);

    assert_non_null(value);
    assert_false(log_line_read(&read, value, "server"));
    json_decref(value);
  }
}

static void log_of_lines_alone(void **state) {
  const struct {
    const char *text;
    bool is_log;
  } logs[] = {
      {"[]", true},
      {"[[0, \"call\", null, \"a\"], [1, \"call\", null, \"b\"]]", true},
      {"[[0, \"call\", null, \"a\"], [\"1\", \"call\", null, \"b\"]]", false},
      {"[{\"t\": 0}]", false},
      {"{}", false},
      {"null", false},
  };

  (void)state;
  for (size_t i = 0; i < sizeof(logs) / sizeof(logs[0]); i++) {
    json_t *log = json_loads(logs[i].text, JSON_DECODE_ANY, NULL);

    assert_non_null(log);
    assert_int_equal(log_line_is_log(log), logs[i].is_log);
    json_decref(log);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(comes_as_it_was_sent),
      cmocka_unit_test(short_on_its_way),
      cmocka_unit_test(foreign_bytes),
      cmocka_unit_test(what_json_escapes),
      cmocka_unit_test(microseconds_of_the_monotonic_clock),
      cmocka_unit_test(object_of_results),
      cmocka_unit_test(no_line),
      cmocka_unit_test(log_of_lines_alone),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
