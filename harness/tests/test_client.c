/* The client against a server that hangs up at once: what it says of itself
 * when nothing goes its way. Whole handshakes are the cases' matter. */
#include "client.h"

#include <dirent.h>
#include <openssl/err.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "cmocka_all.h"
#include "subject.h"
#include "subject_lack.h"

struct fixture {
  struct pki *pki;
  int control[2]; /* ours, the hanging server's */
  pthread_t server;
};

/* Takes every connection that is handed over and closes it. */
static void *hang_up(void *arg) {
  const struct fixture *fixture = arg;
  for (;;) {
    char bytes[4096];
    union {
      char space[CMSG_SPACE(sizeof(int))];
      struct cmsghdr align;
    } control;
    struct iovec vector = {.iov_base = bytes, .iov_len = sizeof(bytes)};
    struct msghdr message = {.msg_iov = &vector,
                             .msg_iovlen = 1,
                             .msg_control = &control,
                             .msg_controllen = sizeof(control)};
    if (recvmsg(fixture->control[1], &message, MSG_CMSG_CLOEXEC) <= 0) {
      return NULL;
    }

    const struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    if (header != NULL && header->cmsg_type == SCM_RIGHTS) {
      int fd;
      memcpy(&fd, CMSG_DATA(header), sizeof(fd));
      close(fd);
    }
  }
}

static int start(void **state) {
  static struct fixture fixture;
  struct certspec_error error = {""};
  fixture.pki = pki_load(CERTSPEC_SOURCE_DIR "/vectors/pki", &error);
  if (fixture.pki == NULL || !subject_start(&error) ||
      socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fixture.control) !=
          0 ||
      pthread_create(&fixture.server, NULL, hang_up, &fixture) != 0) {
    return -1;
  }

  *state = &fixture;
  return 0;
}

static int stop(void **state) {
  struct fixture *fixture = *state;
  close(fixture->control[0]);
  pthread_join(fixture->server, NULL);
  close(fixture->control[1]);
  pki_free(fixture->pki);
  return 0;
}

/* What an event is called; a line of the log is an array. */
static const char *kind_of(const json_t *event) {
  return json_is_array(event)
             ? "log"
             : json_string_value(json_object_get(event, "event"));
}

/* Makes "values" of what has "changed" of |before|, the last step's; returns
 * the new ones of that kind. */
static json_t *complete(json_t *event, json_t *before) {
  json_t *changed = json_object_get(event, "changed");
  if (changed != NULL) {
    json_object_update_missing(changed, before);
    json_object_set(event, "values", changed);
  }

  return strcmp(kind_of(event), "step") == 0 ? json_object_get(event, "values")
                                             : before;
}

/* Performs the plan and returns all its events. Owned by the caller. */
static json_t *perform(struct fixture *fixture, const char *client,
                       const char *steps, int *out_performed) {
  struct certspec_plan plan = {
      .protocol = protocol_find("TLSv1.2"),
      .client = json_loads(client, 0, NULL),
      .server = json_object(),
      .steps = json_loads(steps, 0, NULL),
  };
  FILE *events = tmpfile();
  assert_non_null(events);
  const struct event_sink sink = {.file = events};
  const struct client_setting setting = {
      .plan = &plan,
      .pki = fixture->pki,
      .control_fd = fixture->control[0],
      .first_connection = 7,
      .deadline = 60,
      .seed = "test",
      .sink = &sink,
  };
  struct certspec_error error = {""};
  if (!client_check_plan(&plan, fixture->pki, &error)) {
    fail_msg("%s", error.text);
  }

  *out_performed = client_perform(&setting);
  assert_int_equal(fseek(events, 0, SEEK_SET), 0);
  json_t *all = json_array();
  json_t *event;
  json_t *before = NULL;
  while ((event = json_loadf(events, JSON_DISABLE_EOF_CHECK, NULL)) != NULL) {
    json_array_append_new(all, event);
    before = complete(event, before);
  }
  fclose(events);
  json_decref(plan.client);
  json_decref(plan.server);
  json_decref(plan.steps);
  return all;
}

/* The |number|th event called |kind|, or NULL. */
static const json_t *find(const json_t *events, const char *kind,
                          size_t number) {
  size_t i;
  const json_t *event;
  json_array_foreach(events, i, event) {
    if (strcmp(kind_of(event), kind) == 0 && number-- == 0) {
      return event;
    }
  }
  return NULL;
}

static const json_t *value_of(const json_t *event, const char *name) {
  return json_object_get(json_object_get(event, "values"), name);
}

static int num_open_files(void) {
  DIR *folder = opendir("/proc/self/fd");
  int num = 0;
  assert_non_null(folder);
  while (readdir(folder) != NULL) {
    num++;
  }
  closedir(folder);
  return num;
}

static void test_a_connection_that_is_hung_up(void **state) {
  int performed;
  int before = num_open_files();
  json_t *events = perform(
      *state, "{\"callback\": []}",
      "[{\"do\": \"inspect\"}, {\"do\": \"handshake\"}, {\"do\": \"free\"},"
      " {\"do\": \"inspect\"}]",
      &performed);
  assert_true(performed);

  const json_t *connection = find(events, "connection", 0);
  assert_int_equal(json_integer_value(json_object_get(connection, "id")), 7);
  assert_null(find(events, "connection", 1));

  const json_t *inspected = find(events, "step", 0);
  assert_true(json_is_null(value_of(inspected, "return")));
  assert_true(json_is_null(value_of(inspected, "error")));
  assert_string_equal(json_string_value(value_of(inspected, "state")),
                      "TLS_ST_BEFORE");
  assert_string_equal(
      json_string_value(value_of(inspected, "callback_registered")),
      "scripted");

  const json_t *shaken = find(events, "step", 1);
  assert_true(json_integer_value(value_of(shaken, "return")) <= 0);
  assert_true(json_is_string(value_of(shaken, "error")));
  assert_int_equal(json_integer_value(value_of(shaken, "callback_calls")), 0);
  assert_true(json_is_false(value_of(shaken, "timed_out")));

  const json_t *gone = find(events, "step", 3);
  assert_true(json_is_null(value_of(gone, "state")));
  assert_true(json_is_null(value_of(gone, "ca_list")));
  assert_null(find(events, "step", 4));

  size_t last = json_array_size(events) - 1;
  assert_string_equal(kind_of(json_array_get(events, last)), "end");
  assert_int_equal(num_open_files(), before);
  json_decref(events);
}

/* A process performs more than one plan. */
static void test_what_was_lacking_before_does_not_count(void **state) {
  int performed;
  subject_lacks("something");
  json_decref(perform(*state, "{}", "[{\"do\": \"inspect\"}]", &performed));
  assert_true(performed);
  assert_null(subject_lack());
}

/* Every name has a value after every step and at the end, even if null. */
static void test_the_same_names_everywhere(void **state) {
  int performed;
  const char *name;
  json_t *value;
  json_t *events =
      perform(*state, "{}", "[{\"do\": \"handshake\"}, {\"do\": \"free\"}]",
              &performed);
  json_t *first = json_object_get(find(events, "step", 0), "values");
  json_t *second = json_object_get(find(events, "step", 1), "values");
  json_t *end = json_object_get(find(events, "end", 0), "values");
  assert_true(json_object_size(first) > 30);
  assert_int_equal(json_object_size(first), json_object_size(second));
  json_object_foreach(first, name, value) {
    if (json_object_get(second, name) == NULL ||
        json_object_get(end, name) == NULL) {
      fail_msg("\"%s\" is not everywhere", name);
    }
  }
  json_decref(events);
}

static void test_connections_are_counted_up(void **state) {
  int performed;
  json_t *events = perform(
      *state, "{}",
      "[{\"do\": \"handshake\"}, {\"do\": \"clear\"}, {\"do\": \"reconnect\"},"
      " {\"do\": \"new\", \"ssl\": \"b\"}]",
      &performed);
  assert_true(performed);
  for (int i = 0; i < 3; i++) {
    const json_t *id =
        json_object_get(find(events, "connection", (size_t)i), "id");
    assert_int_equal(json_integer_value(id), 7 + i);
  }
  json_decref(events);
}

static void test_errors_are_cleared_or_kept(void **state) {
  int performed;
  json_t *events =
      perform(*state, "{}",
              "[{\"do\": \"raise\", \"errors\": [\"ERR_LIB_USER\"],"
              "  \"keep_errors\": true},"
              " {\"do\": \"inspect\", \"keep_errors\": true},"
              " {\"do\": \"inspect\"}]",
              &performed);
  assert_true(performed);
  for (size_t i = 0; i < 2; i++) {
    const json_t *reasons = value_of(find(events, "step", i), "reasons");
    assert_int_equal(json_array_size(reasons), 1);
    assert_string_equal(json_string_value(json_array_get(reasons, 0)),
                        "ERR_LIB_USER:1");
  }
  assert_int_equal(
      json_array_size(value_of(find(events, "step", 2), "reasons")), 0);
  json_decref(events);
}

static void test_what_cannot_be_performed_is_an_error(void **state) {
  static const char *const STEPS[] = {
      "[{\"do\": \"handshake\", \"ssl\": \"nobody\"}]",
      "[{\"do\": \"handshake\"}, {\"do\": \"free\"}, {\"do\": \"read\"}]",
      "[{\"do\": \"new\"}, {\"do\": \"new\"}]",
      "[{\"do\": \"set_ssl_ctx\", \"ctx\": \"nobody\"}]",
      "[{\"do\": \"free_ctx\"}, {\"do\": \"free_ctx\"}]",
      "[{\"do\": \"reconnect\", \"resume\": true}]",
      "[{\"do\": \"read\", \"bytes\": -1}]",
  };
  for (size_t i = 0; i < sizeof(STEPS) / sizeof(STEPS[0]); i++) {
    int performed;
    json_t *events = perform(*state, "{}", STEPS[i], &performed);
    assert_false(performed);
    if (find(events, "error", 0) == NULL || find(events, "end", 0) != NULL ||
        find(events, "error", 1) != NULL) {
      fail_msg("%s: not one error event", STEPS[i]);
    }
    json_decref(events);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_a_connection_that_is_hung_up),
      cmocka_unit_test(test_what_was_lacking_before_does_not_count),
      cmocka_unit_test(test_the_same_names_everywhere),
      cmocka_unit_test(test_connections_are_counted_up),
      cmocka_unit_test(test_errors_are_cleared_or_kept),
      cmocka_unit_test(test_what_cannot_be_performed_is_an_error),
  };
  return cmocka_run_group_tests(tests, start, stop);
}
