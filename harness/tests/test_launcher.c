#include "launcher.h"

#include <fcntl.h>
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cmocka_all.h"
#include "subject.h"

/* Nothing is connected: the subject is only set up and freed. */
#define TASK                                                      \
  "{\"seed\": \"s\", \"protocol\": \"TLSv1.2\", \"client\": {}, " \
  "\"server\": {}, \"steps\": []}"

struct fixture {
  struct pki *pki;
  struct launcher launcher;
  int control_fds[2];
  int events;
  int child_stderr;
  int task_fds[2];
};

static struct fixture fixture;

static int set_up(void **state) {
  struct certspec_error error;

  *state = &fixture;
  fixture.pki = pki_load(CERTSPEC_SOURCE_DIR "/vectors/pki", &error);
  fixture.events = memfd_create("events", MFD_CLOEXEC);
  (void)fcntl(fixture.events, F_SETFL, O_APPEND);
  fixture.child_stderr = memfd_create("stderr", MFD_CLOEXEC);
  if (fixture.pki == NULL || socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0,
                                        fixture.control_fds) != 0) {
    return 1;
  }
  return !launcher_start(&fixture.launcher, fixture.pki, &error);
}

static int tear_down(void **state) {
  (void)state;
  launcher_stop(&fixture.launcher);
  pki_free(fixture.pki);
  close(fixture.control_fds[0]);
  close(fixture.control_fds[1]);
  close(fixture.events);
  close(fixture.child_stderr);
  return 0;
}

/* A child with an end of fixture.task_fds; the other end is ours. */
static pid_t fork_child(struct certspec_error *error) {
  struct child_setting setting = {.control_fd = fixture.control_fds[0],
                                  .event_fd = fixture.events,
                                  .stderr_fd = fixture.child_stderr};
  pid_t pid = -1;

  assert_int_equal(
      socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fixture.task_fds), 0);
  setting.task_fd = fixture.task_fds[1];
  int forked = launcher_fork(&fixture.launcher, &setting, &pid, error);
  close(fixture.task_fds[1]);
  return forked ? pid : -1;
}

static void send_task(const char *text, bool is_last) {
  struct child_task task = {
      .first_connection = 1, .deadline = 5, .is_last = is_last};

  assert_true(child_send(fixture.task_fds[0], &task, text));
}

static enum child_word hear(void) {
  struct pollfd poll_fd = {.fd = fixture.task_fds[0], .events = POLLIN};

  assert_int_equal(poll(&poll_fd, 1, -1), 1);
  return child_hear(fixture.task_fds[0]);
}

/* The last of the events, each of which is a line. */
static json_t *last_event(void) {
  char text[65536] = "";
  ssize_t num = pread(fixture.events, text, sizeof(text) - 1, 0);

  assert_true(num > 0);
  assert_int_equal(text[num - 1], '\n');
  text[num - 1] = '\0';
  const char *line = strrchr(text, '\n');
  return json_loads(line != NULL ? line + 1 : text, 0, NULL);
}

static void perform(const char *task, int *out_status) {
  struct certspec_error error;
  pid_t pid = fork_child(&error);

  assert_true(pid > 0 && pid != fixture.launcher.pid);
  send_task(task, true);
  assert_true(launcher_reap(&fixture.launcher, pid, out_status, &error));
  assert_int_equal(child_hear(fixture.task_fds[0]), CHILD_GONE);
  close(fixture.task_fds[0]);
}

static void assert_event(const char *task, const char *wanted) {
  int status;

  assert_int_equal(ftruncate(fixture.events, 0), 0);
  perform(task, &status);
  assert_int_equal(status, 0);

  json_t *event = last_event();
  assert_string_equal(json_string_value(json_object_get(event, "event")),
                      wanted);
  json_decref(event);
}

static void test_performs_a_task(void **state) {
  (void)state;
  assert_event(TASK, "end");
}

static void warm_up_on(const char *protocol) {
  struct certspec_error error;
  json_t *wants = json_pack("{s:{s:b}, s:{s:i}}", "protocols", protocol, 1,
                            "names", "rsa-leaf", 1000);

  assert_true(launcher_warm_up(&fixture.launcher, wants, &error));
  json_decref(wants);
  assert_event(TASK, "end");
}

static void test_stays_when_it_cannot_warm_up(void **state) {
  pid_t cold = fixture.launcher.pid;

  (void)state;
  warm_up_on("no such protocol");
  assert_int_equal(fixture.launcher.pid, cold);
}

/* From here on a copy serves. */
static void test_warms_up_in_a_copy(void **state) {
  pid_t cold = fixture.launcher.pid;

  (void)state;
  warm_up_on("TLSv1.2");
  assert_int_not_equal(fixture.launcher.pid, cold);
  assert_int_equal(fixture.launcher.child, cold);
}

static void test_says_what_is_no_task(void **state) {
  (void)state;
  assert_event("{}", "error");
  assert_event("no JSON", "error");
}

/* Sent in many pieces. */
static void test_takes_long_tasks(void **state) {
  size_t len = 4 << 20;
  char *task = malloc(len + 1);

  (void)state;
  assert_non_null(task);
  memset(task, ' ', len);
  memcpy(task, TASK, strlen(TASK));
  task[len] = '\0';
  assert_event(task, "end");
  free(task);
}

/* Until its tasks are at an end. */
static void test_performs_one_task_after_the_other(void **state) {
  struct certspec_error error;
  pid_t pid = fork_child(&error);
  int status;

  (void)state;
  assert_true(pid > 0);
  assert_int_equal(child_hear(fixture.task_fds[0]), CHILD_SILENT);
  for (int i = 0; i < 3; i++) {
    assert_int_equal(ftruncate(fixture.events, 0), 0);
    send_task(TASK, false);
    assert_int_equal(hear(), CHILD_DONE);
    assert_int_equal(child_hear(fixture.task_fds[0]), CHILD_SILENT);
    json_t *event = last_event();
    assert_string_equal(json_string_value(json_object_get(event, "event")),
                        "end");
    json_decref(event);
  }

  close(fixture.task_fds[0]);
  assert_true(launcher_reap(&fixture.launcher, pid, &status, &error));
  assert_int_equal(status, 0);
}

/* Whoever sends a task to a dead child is told, and not killed. */
static void test_says_that_a_child_is_gone(void **state) {
  struct child_task task = {.first_connection = 1, .deadline = 5};
  struct certspec_error error;
  pid_t pid = fork_child(&error);
  int status;

  (void)state;
  assert_true(pid > 0);
  assert_int_equal(kill(pid, SIGKILL), 0);
  assert_true(launcher_reap(&fixture.launcher, pid, &status, &error));
  assert_true(WIFSIGNALED(status));
  assert_false(child_send(fixture.task_fds[0], &task, TASK));
  assert_int_equal(child_hear(fixture.task_fds[0]), CHILD_GONE);
  close(fixture.task_fds[0]);
}

static void test_counts_what_children_use(void **state) {
  double before = launcher_used(&fixture.launcher);
  int status;

  (void)state;
  perform(TASK, &status);
  assert_true(launcher_used(&fixture.launcher) > before);
}

static void test_knows_only_its_children(void **state) {
  struct certspec_error error;
  int status;

  (void)state;
  assert_false(launcher_reap(&fixture.launcher, getpid(), &status, &error));
  assert_string_equal(error.text, "waitpid: No child processes");
}

/* The last: it leaves no launcher. */
static void test_says_that_it_is_gone(void **state) {
  struct certspec_error error;

  (void)state;
  assert_int_equal(kill(fixture.launcher.pid, SIGKILL), 0);
  assert_int_equal(fork_child(&error), -1);
  close(fixture.task_fds[0]);
  assert_string_equal(error.text, "the process that forks the cases is gone");
  assert_true(isnan(launcher_used(&fixture.launcher)));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_performs_a_task),
      cmocka_unit_test(test_stays_when_it_cannot_warm_up),
      cmocka_unit_test(test_warms_up_in_a_copy),
      cmocka_unit_test(test_says_what_is_no_task),
      cmocka_unit_test(test_takes_long_tasks),
      cmocka_unit_test(test_performs_one_task_after_the_other),
      cmocka_unit_test(test_says_that_a_child_is_gone),
      cmocka_unit_test(test_counts_what_children_use),
      cmocka_unit_test(test_knows_only_its_children),
      cmocka_unit_test(test_says_that_it_is_gone),
  };
  struct certspec_error error;

  if (!subject_start(&error)) {
    return 1;
  }
  return cmocka_run_group_tests(tests, set_up, tear_down);
}
