#include "standstill.h"

#include <poll.h>
#include <pthread.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "cmocka_all.h"
#include "event.h"
#include "local_socket.h"

/* Far more than a test may take: what comes back has not waited for it. */
enum { SECONDS = 3600, CONNECTION = 7, RECEIVED = 3, SENT = 5 };

/* What the server does about one question. */
enum reaction { SAYS_YES, SAYS_NO, SENDS_FIRST, SENDS_THEN_SAYS_YES };

/* A server that is asked on its control line, in a thread. */
struct server {
  int control[2];
  int connection[2];
  const enum reaction *reactions;
  size_t num_reactions;
  size_t num_asked;
  char asked[200]; /* the last question */
  pthread_t thread;
};

static void take_question(struct server *server, int *out_fd) {
  int files[LOCAL_SOCKET_MAX_FILES] = {-1, -1, -1};
  size_t len = 0;

  do {
    assert_true(len + 1 < sizeof(server->asked));
    assert_true(local_socket_receive(server->control[1], &server->asked[len], 1,
                                     len == 0 ? files : NULL));
  } while (server->asked[len++] != '\n');
  server->asked[len - 1] = '\0';
  *out_fd = files[0];
}

static void *serve(void *arg) {
  struct server *server = arg;

  while (server->num_asked < server->num_reactions) {
    enum reaction reaction = server->reactions[server->num_asked];
    int fd;

    take_question(server, &fd);
    server->num_asked++;
    if (reaction == SENDS_FIRST || reaction == SENDS_THEN_SAYS_YES) {
      assert_int_equal(write(server->connection[1], "x", 1), 1);
    }
    if (reaction == SAYS_YES || reaction == SENDS_THEN_SAYS_YES) {
      /* Who has what it waited for does not hear it. */
      (void)send(fd, "1", 1, MSG_NOSIGNAL);
    }
    close(fd);
  }
  return NULL;
}

static struct transport start(struct server *server,
                              const enum reaction *reactions,
                              size_t num_reactions) {
  *server =
      (struct server){.reactions = reactions, .num_reactions = num_reactions};
  assert_int_equal(
      socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, server->control), 0);
  assert_int_equal(
      socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, server->connection),
      0);
  assert_int_equal(pthread_create(&server->thread, NULL, serve, server), 0);

  struct transport transport = {.fd = server->connection[0],
                                .deadline = event_now() + SECONDS,
                                .bytes_sent = SENT,
                                .bytes_received = RECEIVED,
                                .control_fd = -1};
  transport_ask_at(&transport, server->control[0], CONNECTION);
  return transport;
}

static void stop(struct server *server) {
  pthread_join(server->thread, NULL);
  assert_int_equal(server->num_asked, server->num_reactions);
  for (int i = 0; i < 2; i++) {
    close(server->control[i]);
    close(server->connection[i]);
  }
}

static int is_over(const struct transport *transport) {
  return transport->deadline <= event_now();
}

static void test_ends_as_soon_as_both_wait(void **state) {
  static const enum reaction REACTIONS[] = {SAYS_YES};
  struct server server;
  struct transport transport = start(&server, REACTIONS, 1);

  (void)state;
  assert_false(standstill_wait(&transport, POLLIN));
  assert_true(is_over(&transport));
  stop(&server);
  assert_string_equal(server.asked,
                      "{\"id\": 7, \"standstill\": "
                      "{\"received\": 5, \"sent\": 3}}");
  /* What follows is as after any deadline. */
  assert_false(standstill_wait(&transport, POLLOUT));
}

static void test_asks_again(void **state) {
  static const enum reaction REACTIONS[] = {SAYS_NO, SAYS_NO, SAYS_YES};
  struct server server;
  struct transport transport = start(&server, REACTIONS, 3);

  (void)state;
  assert_false(standstill_wait(&transport, POLLIN));
  assert_true(is_over(&transport));
  stop(&server);
}

static void test_takes_what_comes_meanwhile(void **state) {
  static const enum reaction REACTIONS[] = {SAYS_NO, SENDS_FIRST};
  struct server server;
  struct transport transport = start(&server, REACTIONS, 2);

  (void)state;
  assert_true(standstill_wait(&transport, POLLIN));
  assert_false(is_over(&transport));
  stop(&server);
}

static void test_bytes_count_more_than_words(void **state) {
  static const enum reaction REACTIONS[] = {SENDS_THEN_SAYS_YES};
  struct server server;
  struct transport transport = start(&server, REACTIONS, 1);

  (void)state;
  assert_true(standstill_wait(&transport, POLLIN));
  assert_false(is_over(&transport));
  stop(&server);
}

/* End of file that is on its way, or a write that is: neither is a standstill.
 * The short deadline passes in any case; what counts is that nobody asked. */
static void test_does_not_ask(void **state) {
  const struct {
    int half_closed;
    int knows_whom;
    short events;
  } cases[] = {
      {.half_closed = 1, .knows_whom = 1, .events = POLLIN},
      {.half_closed = 0, .knows_whom = 0, .events = POLLIN},
      {.half_closed = 0, .knows_whom = 1, .events = POLLOUT},
  };

  (void)state;
  for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
    struct server server;
    struct transport transport = start(&server, NULL, 0);
    char byte = 0;

    /* A full socket, so that a write waits. */
    while (send(transport.fd, &byte, 1, MSG_DONTWAIT) == 1) {
    }
    transport.deadline = event_now() + 0.3;
    transport.half_closed = cases[i].half_closed;
    transport.control_fd = cases[i].knows_whom ? transport.control_fd : -1;
    assert_false(standstill_wait(&transport, cases[i].events));
    assert_int_equal(recv(server.control[1], &byte, 1, MSG_DONTWAIT), -1);
    stop(&server);
  }
}

static void test_a_server_that_is_gone(void **state) {
  struct server server;
  struct transport transport = start(&server, NULL, 0);

  (void)state;
  transport.deadline = event_now() + 0.3;
  shutdown(server.control[1], SHUT_RDWR);
  assert_false(standstill_wait(&transport, POLLIN));
  shutdown(server.connection[1], SHUT_WR);
  transport.deadline = event_now() + SECONDS;
  assert_true(standstill_wait(&transport, POLLIN));
  stop(&server);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_ends_as_soon_as_both_wait),
      cmocka_unit_test(test_asks_again),
      cmocka_unit_test(test_takes_what_comes_meanwhile),
      cmocka_unit_test(test_bytes_count_more_than_words),
      cmocka_unit_test(test_does_not_ask),
      cmocka_unit_test(test_a_server_that_is_gone),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
