#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "client_run.h"
#include "cmocka_all.h"
#include "event.h"
#include "local_socket.h"
#include "pki.h"
#include "subject.h"

enum { SECONDS = 600, FIRST_CONNECTION = 7 };

struct fixture {
  struct certspec_plan plan;
  struct client_setting setting;
  struct client_run run;
  struct client_context context;
  struct client_ssl object;
  int control[2];
  struct event_sink sink;
};

static int set_up(void **state) {
  static struct fixture fixture;
  struct certspec_error error;

  if (!subject_start(&error) || socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC,
                                           0, fixture.control) != 0) {
    return 1;
  }

  fixture.sink.file = tmpfile();
  fixture.plan = (struct certspec_plan){.protocol = protocol_find("TLSv1.2"),
                                        .server = json_object()};
  fixture.setting =
      (struct client_setting){.plan = &fixture.plan,
                              .control_fd = fixture.control[0],
                              .first_connection = FIRST_CONNECTION,
                              .deadline = SECONDS,
                              .sink = &fixture.sink};
  fixture.run =
      (struct client_run){.setting = &fixture.setting, .sink = &fixture.sink};
  fixture.context = (struct client_context){
      .ctx = SSL_CTX_new(TLS_client_method()), .run = &fixture.run};
  fixture.object = (struct client_ssl){
      .ssl = fixture.context.ctx != NULL ? SSL_new(fixture.context.ctx) : NULL,
      .context = &fixture.context};
  *state = &fixture;
  return fixture.object.ssl == NULL;
}

static int tear_down(void **state) {
  struct fixture *fixture = *state;

  SSL_free(fixture->object.ssl);
  SSL_CTX_free(fixture->context.ctx);
  while (fixture->run.transports != NULL) {
    struct client_transport *transport = fixture->run.transports;

    fixture->run.transports = transport->next;
    transport_close(&transport->transport);
    free(transport);
  }
  json_decref(fixture->plan.server);
  close(fixture->control[0]);
  close(fixture->control[1]);
  event_sink_close(&fixture->sink);
  return 0;
}

/* Takes the line that hands the next connection over. Owned by the caller. */
static json_t *take_request(const struct fixture *fixture) {
  int files[LOCAL_SOCKET_MAX_FILES];
  char line[4096];
  size_t len = 0;

  do {
    assert_true(len < sizeof(line));
    assert_true(local_socket_receive(fixture->control[1], &line[len], 1,
                                     len == 0 ? files : NULL));
  } while (line[len++] != '\n');
  assert_true(files[0] >= 0);
  close(files[0]);
  return json_loadb(line, len, 0, NULL);
}

/* Both ends count from a moment of their own, the client from the earlier one:
 * with less time it gives up first, however slow the machine is. */
static void test_the_client_gives_up_before_the_server(void **state) {
  struct fixture *fixture = *state;

  assert_true(client_connect(&fixture->run, &fixture->object, NULL));
  double left = fixture->object.transport->deadline - event_now();

  json_t *request = take_request(fixture);
  double seconds = json_number_value(json_object_get(request, "deadline"));
  assert_true(seconds == SECONDS);
  assert_true(left < 0.9 * seconds);
  json_decref(request);
}

static void test_the_server_can_be_asked_about_it(void **state) {
  struct fixture *fixture = *state;

  assert_true(client_connect(&fixture->run, &fixture->object, NULL));
  json_t *request = take_request(fixture);
  assert_int_equal(json_integer_value(json_object_get(request, "id")),
                   FIRST_CONNECTION + 1);
  assert_int_equal(fixture->object.transport->connection, FIRST_CONNECTION + 1);
  assert_int_equal(fixture->object.transport->control_fd, fixture->control[0]);
  json_decref(request);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_the_client_gives_up_before_the_server),
      cmocka_unit_test(test_the_server_can_be_asked_about_it),
  };

  return cmocka_run_group_tests(tests, set_up, tear_down);
}
