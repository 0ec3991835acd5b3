/* No test here waits for a clock: what is waited for is there, or the moment
 * until which is waited has passed. */
#include "blocking.h"

#include <openssl/err.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "cmocka_all.h"
#include "event.h"
#include "subject.h"
#include "subject_quic.h"

/* Long enough for any machine. */
enum { PATIENCE = 60 };

struct fixture {
  struct transport transport;
  struct client_context context;
  struct client_ssl object;
  SSL_CTX *ctx;
  int peer;
};

static void fixture_open(struct fixture *fixture, const SSL_METHOD *method,
                         int is_quic) {
  struct certspec_error error = {""};
  *fixture = (struct fixture){.peer = -1};
  int opened = is_quic ? transport_open_datagrams(
                             &fixture->transport, &fixture->peer,
                             TRANSPORT_NONBLOCKING, NULL, PATIENCE, &error)
                       : transport_open(&fixture->transport, &fixture->peer,
                                        TRANSPORT_UNIX, TRANSPORT_NONBLOCKING,
                                        PATIENCE, &error);
  BIO *bio = opened ? transport_new_bio(&fixture->transport) : NULL;
  assert_non_null(bio);

  fixture->ctx = SSL_CTX_new(method);
  assert_non_null(fixture->ctx);
  fixture->context.io = TRANSPORT_BLOCKING;
  fixture->object.context = &fixture->context;
  fixture->object.transport = &fixture->transport;
  fixture->object.ssl = SSL_new(fixture->ctx);
  assert_non_null(fixture->object.ssl);
  SSL_set_bio(fixture->object.ssl, bio, bio);
  SSL_set_connect_state(fixture->object.ssl);
}

static void fixture_close(struct fixture *fixture) {
  SSL_free(fixture->object.ssl);
  SSL_CTX_free(fixture->ctx);
  transport_close(&fixture->transport);
  close(fixture->peer);
  ERR_clear_error();
}

/* One with a QUIC object that has sent its first datagram and wants to read;
 * |*out_value| is what the call returned. Where there is no QUIC, the test ends
 * here. */
static void quic_open(struct fixture *fixture, int *out_value) {
  if (!subject_has("quic")) {
    skip();
  }

  fixture_open(fixture, subject_quic_method(), 1);
  assert_int_equal(
      subject_quic_prepare(fixture->object.ssl, fixture->transport.fd), 1);
  *out_value = SSL_do_handshake(fixture->object.ssl);
  assert_int_equal(*out_value, -1);
  assert_int_equal(SSL_get_error(fixture->object.ssl, *out_value),
                   SSL_ERROR_WANT_READ);
}

/* There the BIO waits itself. */
static void test_tls_objects_are_left_alone(void **state) {
  struct fixture fixture;
  (void)state;
  fixture_open(&fixture, TLS_client_method(), 0);
  int value = SSL_do_handshake(fixture.object.ssl);
  assert_int_equal(SSL_get_error(fixture.object.ssl, value),
                   SSL_ERROR_WANT_READ);
  assert_int_equal(blocking_again(&fixture.object, value), 0);
  assert_int_equal(fixture.transport.timed_out, 0);
  fixture_close(&fixture);
}

static void test_without_a_connection_nothing_waits(void **state) {
  struct fixture fixture;
  (void)state;
  fixture_open(&fixture, TLS_client_method(), 0);
  fixture.object.transport = NULL;
  assert_int_equal(blocking_again(&fixture.object, -1), 0);
  fixture_close(&fixture);
}

static void test_only_blocking_transports_block(void **state) {
  struct fixture fixture;
  int value;
  (void)state;
  quic_open(&fixture, &value);
  fixture.context.io = TRANSPORT_NONBLOCKING;
  assert_int_equal(blocking_again(&fixture.object, value), 0);
  fixture.context.io = TRANSPORT_LOCKSTEP;
  assert_int_equal(blocking_again(&fixture.object, value), 0);
  assert_int_equal(fixture.transport.timed_out, 0);
  fixture_close(&fixture);
}

static void test_a_datagram_ends_the_wait(void **state) {
  struct fixture fixture;
  int value;
  char byte;
  (void)state;
  quic_open(&fixture, &value);
  assert_int_equal(send(fixture.peer, "x", 1, 0), 1);
  assert_int_equal(blocking_again(&fixture.object, value), 1);
  /* It has not been taken. */
  assert_int_equal(
      recv(fixture.transport.fd, &byte, sizeof(byte), MSG_DONTWAIT), 1);
  fixture_close(&fixture);
}

/* A lost first datagram is sent again when the object's timer has run out. */
static void test_its_own_timer_ends_the_wait(void **state) {
  struct fixture fixture;
  int value;
  double seconds;
  (void)state;
  quic_open(&fixture, &value);
  assert_int_equal(subject_event_timeout(fixture.object.ssl, &seconds), 1);
  assert_int_equal(blocking_again(&fixture.object, value), 1);
  assert_int_equal(fixture.transport.timed_out, 0);
  fixture_close(&fixture);
}

static void test_at_the_deadline_nothing_waits(void **state) {
  struct fixture fixture;
  int value;
  (void)state;
  quic_open(&fixture, &value);
  fixture.transport.deadline = event_now();
  assert_int_equal(blocking_again(&fixture.object, value), 0);
  assert_int_equal(fixture.transport.timed_out, 1);
  fixture_close(&fixture);
}

static void test_after_success_nothing_is_called_again(void **state) {
  struct fixture fixture;
  int value;
  (void)state;
  quic_open(&fixture, &value);
  assert_int_equal(blocking_again(&fixture.object, 1), 0);
  fixture_close(&fixture);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_tls_objects_are_left_alone),
      cmocka_unit_test(test_without_a_connection_nothing_waits),
      cmocka_unit_test(test_only_blocking_transports_block),
      cmocka_unit_test(test_a_datagram_ends_the_wait),
      cmocka_unit_test(test_its_own_timer_ends_the_wait),
      cmocka_unit_test(test_at_the_deadline_nothing_waits),
      cmocka_unit_test(test_after_success_nothing_is_called_again),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
