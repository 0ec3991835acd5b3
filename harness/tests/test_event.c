#include "event.h"

#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "cmocka_all.h"
#include "log_line.h"

/* Both ends of the pipe, and the line that was read last. */
struct line {
  struct event_sink sink;
  int reader;
  char text[4096];
};

static int open_line(void **state) {
  static struct line line;
  int fds[2];
  if (pipe(fds) != 0) {
    return -1;
  }

  line.reader = fds[0];
  *state = &line;
  return event_sink_open(&line.sink, fds[1]) ? 0 : -1;
}

static int close_line(void **state) {
  struct line *line = *state;
  close(line->reader);
  event_sink_close(&line->sink);
  return 0;
}

/* The one event that was written. Owned by the caller. */
static json_t *read_event(struct line *line) {
  ssize_t num = read(line->reader, line->text, sizeof(line->text) - 1);
  assert_true(num > 1);
  line->text[num] = '\0';
  assert_ptr_equal(strchr(line->text, '\n'), line->text + num - 1);
  json_t *event = json_loads(line->text, 0, NULL);
  assert_non_null(event);
  return event;
}

static void assert_text(const json_t *event, const char *key,
                        const char *text) {
  const char *got = json_string_value(json_object_get(event, key));
  assert_non_null(got);
  assert_string_equal(got, text);
}

static void test_an_event_is_one_line(void **state) {
  struct line *line = *state;
  event_write(&line->sink, json_pack("{s:s, s:s}", "event", "end", "text",
                                     "two\nlines \xc3\xa9"));
  json_t *event = read_event(line);
  assert_text(event, "text", "two\nlines \xc3\xa9");
  json_decref(event);
}

static void assert_values(struct line *line, json_t *values, json_t **before,
                          const char *wanted) {
  json_t *text = json_loads(wanted, 0, NULL);
  event_write_values(&line->sink, json_pack("{s:s}", "event", "end"), values,
                     before);
  json_t *event = read_event(line);
  assert_true(json_equal(event, text));
  json_decref(event);
  json_decref(text);
}

static void test_values_that_did_not_change_are_left_out(void **state) {
  struct line *line = *state;
  json_t *before = NULL;
  assert_values(line, json_pack("{s:i, s:i}", "a", 1, "b", 2), &before,
                "{\"event\": \"end\", \"values\": {\"a\": 1, \"b\": 2}}");
  assert_values(line, json_pack("{s:i, s:i, s:n}", "a", 1, "b", 3, "c"),
                &before,
                "{\"event\": \"end\", \"changed\": {\"b\": 3, \"c\": null}}");
  assert_values(line, json_pack("{s:i, s:i}", "b", 3, "c", 0), &before,
                "{\"event\": \"end\", \"values\": {\"b\": 3, \"c\": 0}}");
  event_values_end(&before);
  assert_null(before);
}

static void test_log(void **state) {
  struct line *line = *state;
  struct log_line read;
  json_int_t before = log_line_now();
  event_log(&line->sink, "message", "sent", "ClientHello", 12, NULL);
  json_t *event = read_event(line);
  assert_true(log_line_read(&read, event, "client"));
  assert_true(read.t >= before && read.t <= log_line_now());
  assert_string_equal(read.kind, "message");
  assert_string_equal(read.direction, "sent");
  assert_string_equal(read.name, "ClientHello");
  assert_int_equal(read.length, 12);
  assert_null(read.detail);
  json_decref(event);
}

static void test_log_leaves_out_what_is_not_there(void **state) {
  struct line *line = *state;
  struct log_line read;
  event_log(&line->sink, "return", NULL, "SSL_read", -1, "1");
  json_t *event = read_event(line);
  assert_true(log_line_read(&read, event, "client"));
  assert_null(read.direction);
  assert_true(read.length < 0);
  assert_string_equal(read.detail, "1");
  json_decref(event);
}

static void test_texts_of_any_bytes(void **state) {
  struct line *line = *state;
  event_error(&line->sink, "%s of %d", "\xff\xfe\n", 7);
  json_t *event = read_event(line);
  assert_text(event, "event", "error");
  assert_text(event, "text", "??? of 7");
  json_decref(event);

  event_unsupported(&line->sink, "no %s", "QUIC");
  event = read_event(line);
  assert_text(event, "event", "unsupported");
  assert_text(event, "text", "no QUIC");
  json_decref(event);
}

static void test_an_event_that_could_not_be_made_is_an_error(void **state) {
  struct line *line = *state;
  event_write(&line->sink, NULL);
  json_t *event = read_event(line);
  assert_text(event, "event", "error");
  json_decref(event);
}

static void test_what_had_no_room_does_not_come_later(void **state) {
  FILE *file = tmpfile();
  struct event_sink sink;
  struct rlimit limit;
  char text[256];
  (void)state;
  assert_non_null(file);
  assert_true(event_sink_open(&sink, dup(fileno(file))));
  assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
  const struct rlimit none = {.rlim_cur = 0, .rlim_max = limit.rlim_max};
  void (*before)(int) = signal(SIGXFSZ, SIG_IGN);
  assert_int_equal(setrlimit(RLIMIT_FSIZE, &none), 0);
  event_write(&sink, json_pack("{s:s}", "event", "lost"));
  assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
  signal(SIGXFSZ, before);
  event_write(&sink, json_pack("{s:s}", "event", "kept"));

  ssize_t num = pread(fileno(file), text, sizeof(text) - 1, 0);
  assert_true(num > 0);
  text[num] = '\0';
  assert_string_equal(text, "{\"event\":\"kept\"}\n");
  event_sink_close(&sink);
  fclose(file);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_an_event_is_one_line),
      cmocka_unit_test(test_values_that_did_not_change_are_left_out),
      cmocka_unit_test(test_log),
      cmocka_unit_test(test_log_leaves_out_what_is_not_there),
      cmocka_unit_test(test_texts_of_any_bytes),
      cmocka_unit_test(test_an_event_that_could_not_be_made_is_an_error),
      cmocka_unit_test(test_what_had_no_room_does_not_come_later),
  };
  return cmocka_run_group_tests(tests, open_line, close_line);
}
