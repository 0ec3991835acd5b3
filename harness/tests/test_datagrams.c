#include "cmocka_all.h"

#include <errno.h>
#include <openssl/bio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "datagrams.h"
#include "transport.h"

/* Long enough for any machine: no test waits for it. */
enum { PATIENCE = 60 };

struct ends {
  struct transport transport;
  json_t *script;
  BIO *bio;
  int peer;
};

static void ends_open(struct ends *ends, enum transport_io io, double seconds,
                      const char *script) {
  struct certspec_error error = {""};
  ends->script = script != NULL ? json_loads(script, 0, NULL) : NULL;
  assert_true(script == NULL || ends->script != NULL);
  if (!transport_open_datagrams(&ends->transport, &ends->peer, io, ends->script,
                                seconds, &error)) {
    fail_msg("%s", error.text);
  }

  ends->bio = transport_new_bio(&ends->transport);
  assert_non_null(ends->bio);
  transport_begin_call(&ends->transport);
}

static void ends_close(struct ends *ends) {
  BIO_free(ends->bio);
  transport_close(&ends->transport);
  if (ends->peer >= 0) {
    close(ends->peer);
  }
  json_decref(ends->script);
}

static void peer_sends(const struct ends *ends, const char *text) {
  assert_int_equal(send(ends->peer, text, strlen(text), 0), strlen(text));
}

static void client_sends(const struct ends *ends, const char *text) {
  assert_int_equal(BIO_write(ends->bio, text, (int)strlen(text)), strlen(text));
}

static void assert_reads(const struct ends *ends, const char *text) {
  char got[64] = "";
  assert_int_equal(BIO_read(ends->bio, got, sizeof(got) - 1), strlen(text));
  assert_string_equal(got, text);
}

static void assert_peer_reads(const struct ends *ends, const char *text) {
  char got[64] = "";
  assert_int_equal(recv(ends->peer, got, sizeof(got) - 1, 0), strlen(text));
  assert_string_equal(got, text);
}

static void assert_peer_has_no_more(const struct ends *ends) {
  char got[64];
  assert_int_equal(recv(ends->peer, got, sizeof(got), MSG_DONTWAIT), -1);
}

static void test_datagrams_keep_their_bounds(void **state) {
  struct ends ends;
  (void)state;
  ends_open(&ends, TRANSPORT_BLOCKING, PATIENCE, NULL);
  client_sends(&ends, "one");
  client_sends(&ends, "two");
  assert_peer_reads(&ends, "one");
  assert_peer_reads(&ends, "two");
  peer_sends(&ends, "three");
  peer_sends(&ends, "four");
  assert_reads(&ends, "three");
  assert_reads(&ends, "four");
  assert_int_equal(ends.transport.bytes_sent, 6);
  assert_int_equal(ends.transport.bytes_received, 9);
  ends_close(&ends);
}

static void test_what_is_sent_is_lost_doubled_and_swapped(void **state) {
  struct ends ends;
  (void)state;
  ends_open(&ends, TRANSPORT_BLOCKING, PATIENCE,
            "{\"drop_sent\": [0, 5], \"duplicate_sent\": [1],"
            " \"swap_sent\": [[2, 4]]}");
  const char *sent[] = {"0", "1", "2", "3", "4", "5", "6"};
  for (size_t i = 0; i < sizeof(sent) / sizeof(sent[0]); i++) {
    client_sends(&ends, sent[i]);
  }
  const char *received[] = {"1", "1", "3", "4", "2", "6"};
  for (size_t i = 0; i < sizeof(received) / sizeof(received[0]); i++) {
    assert_peer_reads(&ends, received[i]);
  }
  assert_peer_has_no_more(&ends);
  assert_int_equal(ends.transport.bytes_sent, 7); /* the subject's own count */
  ends_close(&ends);
}

static void test_what_is_received_is_lost_doubled_and_swapped(void **state) {
  struct ends ends;
  char got[8];
  (void)state;
  ends_open(&ends, TRANSPORT_BLOCKING, PATIENCE,
            "{\"drop_received\": [0, 5], \"duplicate_received\": [1],"
            " \"swap_received\": [[2, 4], [7, 9]]}");
  const char *sent[] = {"0", "1", "2", "3", "4", "5", "6", "7"};
  for (size_t i = 0; i < sizeof(sent) / sizeof(sent[0]); i++) {
    peer_sends(&ends, sent[i]);
  }
  const char *received[] = {"1", "1", "3", "4", "2", "6"};
  for (size_t i = 0; i < sizeof(received) / sizeof(received[0]); i++) {
    assert_reads(&ends, received[i]);
  }
  /* "7" waits for what never overtakes it. */
  ends.transport.io = TRANSPORT_NONBLOCKING;
  assert_int_equal(BIO_read(ends.bio, got, sizeof(got)), -1);
  assert_true(BIO_should_read(ends.bio));
  assert_int_equal(ends.transport.bytes_received, 6);
  ends_close(&ends);
}

static void test_an_empty_datagram_is_the_end(void **state) {
  struct ends ends;
  char got[8];
  (void)state;
  ends_open(&ends, TRANSPORT_BLOCKING, PATIENCE, NULL);
  peer_sends(&ends, "last");
  peer_sends(&ends, "");
  assert_reads(&ends, "last");
  for (int i = 0; i < 2; i++) {
    assert_int_equal(BIO_read(ends.bio, got, sizeof(got)), -1);
    assert_int_equal(errno, ECONNREFUSED);
    assert_false(BIO_should_retry(ends.bio));
  }
  assert_true(ends.transport.end_of_file);
  assert_false(ends.transport.timed_out);
  ends_close(&ends);
}

static void test_a_peer_that_is_gone(void **state) {
  struct ends ends;
  char got[8];
  (void)state;
  ends_open(&ends, TRANSPORT_BLOCKING, PATIENCE, NULL);
  close(ends.peer);
  ends.peer = -1;
  client_sends(&ends, "a");
  client_sends(&ends, "b");
  assert_int_equal(BIO_read(ends.bio, got, sizeof(got)), -1);
  assert_false(BIO_should_retry(ends.bio));
  ends_close(&ends);
}

static void test_blocking_ends_at_the_deadline(void **state) {
  struct ends ends;
  char got[8];
  (void)state;
  ends_open(&ends, TRANSPORT_BLOCKING, 0.02, NULL);
  assert_int_equal(BIO_read(ends.bio, got, sizeof(got)), -1);
  assert_int_equal(errno, ETIMEDOUT);
  assert_false(BIO_should_retry(ends.bio));
  assert_true(ends.transport.timed_out);
  ends_close(&ends);
}

static void test_the_subjects_timer_comes_before_the_deadline(void **state) {
  struct ends ends;
  struct timeval at;
  char got[8];
  (void)state;
  ends_open(&ends, TRANSPORT_BLOCKING, PATIENCE, NULL);
  gettimeofday(&at, NULL);
  BIO_ctrl(ends.bio, BIO_CTRL_DGRAM_SET_NEXT_TIMEOUT, 0, &at);
  assert_int_equal(BIO_read(ends.bio, got, sizeof(got)), -1);
  assert_true(BIO_should_read(ends.bio));
  assert_false(ends.transport.timed_out);

  /* Zero stops it: the read waits for data again. */
  at = (struct timeval){0};
  BIO_ctrl(ends.bio, BIO_CTRL_DGRAM_SET_NEXT_TIMEOUT, 0, &at);
  peer_sends(&ends, "data");
  assert_reads(&ends, "data");
  ends_close(&ends);
}

static void test_lockstep_waits_before_writing_only(void **state) {
  struct ends ends;
  char got[8];
  (void)state;
  ends_open(&ends, TRANSPORT_LOCKSTEP, PATIENCE, NULL);
  peer_sends(&ends, "first");
  assert_reads(&ends, "first");
  client_sends(&ends, "x");
  peer_sends(&ends, "next");
  assert_int_equal(BIO_read(ends.bio, got, sizeof(got)), -1);
  assert_true(BIO_should_read(ends.bio));
  transport_begin_call(&ends.transport);
  assert_reads(&ends, "next");
  ends_close(&ends);
}

static void test_wait(void **state) {
  struct ends ends;
  (void)state;
  ends_open(&ends, TRANSPORT_BLOCKING, PATIENCE, NULL);
  peer_sends(&ends, "unread");
  assert_true(transport_wait(&ends.transport, 1));
  peer_sends(&ends, "");
  assert_true(transport_wait(&ends.transport, 0));
  assert_reads(&ends, "unread"); /* waiting has thrown nothing away */
  ends_close(&ends);

  ends_open(&ends, TRANSPORT_BLOCKING, 0.02, NULL);
  peer_sends(&ends, "unread");
  assert_false(transport_wait(&ends.transport, 0));
  ends_close(&ends);
}

static void test_half_close_and_drain(void **state) {
  struct ends ends;
  (void)state;
  ends_open(&ends, TRANSPORT_BLOCKING, PATIENCE, NULL);
  transport_half_close(&ends.transport);
  transport_half_close(&ends.transport);
  assert_peer_reads(&ends, "");
  assert_peer_has_no_more(&ends);
  peer_sends(&ends, "more");
  peer_sends(&ends, "");
  transport_drain(&ends.transport);
  assert_true(ends.transport.end_of_file);
  ends_close(&ends);
}

static void test_timeout_is_short_only_where_something_is_lost(void **state) {
  struct ends ends;
  (void)state;
  ends_open(&ends, TRANSPORT_BLOCKING, PATIENCE, "{\"drop_sent\": [1]}");
  const struct datagrams *datagrams = ends.transport.datagrams;
  unsigned while_losing = datagrams_timeout(datagrams, 0);
  assert_true(while_losing < PATIENCE * 1000U * 1000);
  client_sends(&ends, "0");
  assert_int_equal(datagrams_timeout(datagrams, 0), while_losing);
  client_sends(&ends, "1");
  assert_true(datagrams_timeout(datagrams, 0) > PATIENCE * 1000U * 1000);
  assert_int_equal(datagrams_timeout(datagrams, while_losing), while_losing);
  ends_close(&ends);

  ends_open(&ends, TRANSPORT_BLOCKING, PATIENCE, "{\"timeout\": 30}");
  assert_int_equal(datagrams_timeout(ends.transport.datagrams, 0), 30000);
  ends_close(&ends);
}

static void test_bio_answers_what_the_library_asks(void **state) {
  struct ends ends;
  int fd = -1;
  (void)state;
  ends_open(&ends, TRANSPORT_BLOCKING, PATIENCE, "{\"mtu\": 500}");
  assert_int_equal(BIO_flush(ends.bio), 1);
  assert_int_equal(BIO_ctrl(ends.bio, BIO_CTRL_DGRAM_QUERY_MTU, 0, NULL), 500);
  assert_int_equal(BIO_ctrl(ends.bio, BIO_CTRL_DGRAM_GET_MTU_OVERHEAD, 0, NULL),
                   28);
  assert_int_equal(BIO_get_fd(ends.bio, &fd), ends.transport.fd);
  assert_int_equal(fd, ends.transport.fd);
  assert_int_equal(BIO_pending(ends.bio), 0);
  ends_close(&ends);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_datagrams_keep_their_bounds),
      cmocka_unit_test(test_what_is_sent_is_lost_doubled_and_swapped),
      cmocka_unit_test(test_what_is_received_is_lost_doubled_and_swapped),
      cmocka_unit_test(test_an_empty_datagram_is_the_end),
      cmocka_unit_test(test_a_peer_that_is_gone),
      cmocka_unit_test(test_blocking_ends_at_the_deadline),
      cmocka_unit_test(test_the_subjects_timer_comes_before_the_deadline),
      cmocka_unit_test(test_lockstep_waits_before_writing_only),
      cmocka_unit_test(test_wait),
      cmocka_unit_test(test_half_close_and_drain),
      cmocka_unit_test(test_timeout_is_short_only_where_something_is_lost),
      cmocka_unit_test(test_bio_answers_what_the_library_asks),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
