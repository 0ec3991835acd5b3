#include "server.h"

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "cmocka_all.h"

/* A server's line without a process behind it. */
struct line {
  struct server server;
  int far_fd;
};

static int open_line(void **state) {
  static struct line line;
  int fds[2];

  line = (struct line){0};
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) != 0) {
    return 1;
  }
  line.server.control_fd = fds[0];
  line.far_fd = fds[1];
  *state = &line;
  return 0;
}

static int close_line(void **state) {
  struct line *line = *state;

  server_stop(&line->server);
  if (line->far_fd >= 0) {
    close(line->far_fd);
  }
  return 0;
}

static void say(const struct line *line, const char *text, size_t text_len) {
  assert_int_equal(send(line->far_fd, text, text_len, MSG_NOSIGNAL), text_len);
}

static enum server_read hear(struct line *line, json_t **out) {
  struct certspec_error error;

  *out = NULL;
  return server_read(&line->server, out, &error);
}

static void assert_id(struct line *line, json_int_t id) {
  json_t *value;

  assert_int_equal(hear(line, &value), SERVER_LINE);
  assert_int_equal(json_integer_value(json_object_get(value, "id")), id);
  json_decref(value);
}

static void assert_hears(struct line *line, enum server_read wanted) {
  json_t *value;

  assert_int_equal(hear(line, &value), wanted);
  assert_null(value);
}

static void lines_in_pieces(void **state) {
  static const char text[] = "{\"id\": 1}\n{\"id\": 2}\n{\"id\": 3}\n";
  struct line *line = *state;

  assert_hears(line, SERVER_AGAIN);
  for (size_t i = 0; i < 9; i++) {
    say(line, text + i, 1);
    assert_hears(line, SERVER_AGAIN);
  }
  say(line, text + 9, 8);
  assert_id(line, 1);
  assert_hears(line, SERVER_AGAIN);
  say(line, text + 17, sizeof(text) - 18);
  assert_id(line, 2);
  assert_id(line, 3);
  assert_hears(line, SERVER_AGAIN);
}

static void long_line(void **state) {
  static const char start[] = {'{', '"', 'i', 'd', '"', ':', '4', '}'};
  static char text[150000];
  struct line *line = *state;
  int size = 1 << 20;

  setsockopt(line->far_fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
  memset(text, ' ', sizeof(text));
  memcpy(text, start, sizeof(start));
  text[sizeof(text) - 1] = '\n';
  for (size_t i = 0; i < sizeof(text); i += 50000) {
    say(line, text + i, 50000);
    if (i < 100000) {
      assert_hears(line, SERVER_AGAIN);
    }
  }
  assert_id(line, 4);
}

static void rubbish(void **state) {
  static const char text[] = "hello\n[1]\n\xff\xfe\n\n{\"id\": 5}\n";
  struct line *line = *state;

  say(line, text, sizeof(text) - 1);
  for (int i = 0; i < 4; i++) {
    assert_hears(line, SERVER_RUBBISH);
  }
  assert_id(line, 5);
}

static void gone(void **state) {
  struct line *line = *state;

  say(line, "{\"id\": 6}\n{\"id\"", 15);
  close(line->far_fd);
  line->far_fd = -1;
  assert_id(line, 6);
  assert_hears(line, SERVER_GONE);
  assert_hears(line, SERVER_GONE);
}

/* What server_send writes is read back by way of another server's reader. */
static void sends_scenario_and_file(void **state) {
  struct line *line = *state;
  struct certspec_error error;
  json_t *scenario = json_loads("{\"version\": \"TLSv1.2\"}", 0, NULL);
  int fds[2];
  char byte[1];
  char control[CMSG_SPACE(sizeof(int))];
  struct iovec part = {.iov_base = byte, .iov_len = 1};
  struct msghdr message = {.msg_iov = &part,
                           .msg_iovlen = 1,
                           .msg_control = control,
                           .msg_controllen = sizeof(control)};
  int got_fd;

  assert_int_equal(pipe(fds), 0);
  assert_int_equal(
      server_send(line->server.control_fd, 7, 2.5, scenario, fds[1], &error),
      1);
  assert_int_equal(recvmsg(line->far_fd, &message, 0), 1);
  assert_int_equal(byte[0], '{');
  const struct cmsghdr *first = CMSG_FIRSTHDR(&message);
  if (first == NULL) {
    fail_msg("no descriptor came with the line");
    return;
  }

  memcpy(&got_fd, CMSG_DATA(first), sizeof(got_fd));
  assert_int_equal(write(got_fd, "x", 1), 1);
  assert_int_equal(read(fds[0], byte, 1), 1);

  char text[256] = "{";
  ssize_t num = read(line->far_fd, text + 1, sizeof(text) - 2);
  assert_true(num > 0 && text[num] == '\n');
  json_t *request = json_loads(text, 0, NULL);
  assert_int_equal(json_integer_value(json_object_get(request, "id")), 7);
  assert_true(json_real_value(json_object_get(request, "deadline")) == 2.5);
  assert_true(json_equal(json_object_get(request, "scenario"), scenario));

  json_decref(request);
  json_decref(scenario);
  close(got_fd);
  close(fds[0]);
  close(fds[1]);
}

static void refuses_what_cannot_start(void **state) {
  struct server server;
  struct certspec_error error = {0};
  struct server_setting setting = {.python = "/nonexistent/python",
                                   .program = "/nonexistent/server",
                                   .pki = "/nonexistent",
                                   .stderr_fd = STDERR_FILENO};

  (void)state;
  assert_int_equal(server_start(&server, &setting, &error), 0);
  assert_non_null(strstr(error.text, "/nonexistent/python"));
  setting.python = "/bin/true";
  assert_int_equal(server_start(&server, &setting, &error), 0);
  assert_non_null(strstr(error.text, "/nonexistent/server"));
  setting.program = "/dev/null";
  assert_int_equal(server_start(&server, &setting, &error), 0);
  assert_non_null(strstr(error.text, "ended before it was ready"));
  assert_int_equal(server.control_fd, -1);
}

static void ready_line(void **state) {
  static const struct {
    const char *text;
    const char *cause; /* NULL: it is good */
  } lines[] = {
      {"{\"ready\": 1, \"libraries\": [\"/usr/lib/x.so\"]}\n", NULL},
      {"{\"ready\": 1, \"libraries\": [\"/opt/foo2/x.so\"]}\n", NULL},
      {"{\"ready\": 2, \"libraries\": []}\n", "is not \"ready\": 1"},
      {"{\"ready\": 1}\n", "without \"libraries\""},
      {"{\"ready\": 1, \"libraries\": [\"/opt/foo/x.so\"]}\n",
       "/opt/foo/x.so of the subject"},
  };
  const struct server_setting setting = {.program = "server",
                                         .subject_folder = "/opt/foo"};
  struct line *line = *state;

  for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
    struct certspec_error error = {0};
    say(line, lines[i].text, strlen(lines[i].text));
    assert_int_equal(server_take_ready(&line->server, &setting, &error),
                     lines[i].cause == NULL ? SERVER_LINE : SERVER_RUBBISH);
    if (lines[i].cause != NULL) {
      assert_non_null(strstr(error.text, lines[i].cause));
    }
    json_decref(line->server.ready);
    line->server.ready = NULL;
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(lines_in_pieces, open_line, close_line),
      cmocka_unit_test_setup_teardown(long_line, open_line, close_line),
      cmocka_unit_test_setup_teardown(rubbish, open_line, close_line),
      cmocka_unit_test_setup_teardown(gone, open_line, close_line),
      cmocka_unit_test_setup_teardown(sends_scenario_and_file, open_line,
                                      close_line),
      cmocka_unit_test_setup_teardown(ready_line, open_line, close_line),
      cmocka_unit_test(refuses_what_cannot_start),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
