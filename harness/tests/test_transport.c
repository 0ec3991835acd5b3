#include "transport.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/ssl.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "cmocka_all.h"

#define NUM(array) (sizeof(array) / sizeof((array)[0]))

/* Long enough for any machine: no test waits for it. */
enum { PATIENCE = 60 };

static const enum transport_kind KINDS[] = {TRANSPORT_UNIX, TRANSPORT_TCP};

struct ends {
  struct transport transport;
  BIO *bio;
  int peer;
};

static void ends_open(struct ends *ends, enum transport_kind kind,
                      enum transport_io io, double seconds) {
  struct certspec_error error = {""};
  if (!transport_open(&ends->transport, &ends->peer, kind, io, seconds,
                      &error)) {
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
}

static void peer_sends(const struct ends *ends, const char *text) {
  assert_int_equal(write(ends->peer, text, strlen(text)), strlen(text));
  /* TCP delivers on its own time, even here. */
  struct transport waiting = ends->transport;
  assert_true(transport_wait(&waiting, 1));
}

static void assert_reads(struct ends *ends, const char *text) {
  char got[64] = "";
  assert_int_equal(BIO_read(ends->bio, got, (int)strlen(text)), strlen(text));
  assert_string_equal(got, text);
}

static void assert_says_retry(struct ends *ends) {
  char got[8];
  assert_int_equal(BIO_read(ends->bio, got, sizeof(got)), -1);
  assert_true(BIO_should_read(ends->bio));
  assert_true(BIO_should_retry(ends->bio));
}

static void test_names(void **state) {
  enum transport_io io;
  enum transport_kind kind;
  (void)state;
  assert_true(transport_io_find("blocking", &io));
  assert_int_equal(io, TRANSPORT_BLOCKING);
  assert_true(transport_io_find("lockstep", &io));
  assert_int_equal(io, TRANSPORT_LOCKSTEP);
  assert_true(transport_io_find("nonblocking", &io));
  assert_int_equal(io, TRANSPORT_NONBLOCKING);
  assert_false(transport_io_find("Blocking", &io));
  assert_true(transport_kind_find("unix", &kind));
  assert_int_equal(kind, TRANSPORT_UNIX);
  assert_true(transport_kind_find("tcp", &kind));
  assert_int_equal(kind, TRANSPORT_TCP);
  assert_false(transport_kind_find("", &kind));
}

static void test_blocking_reads_and_counts(void **state) {
  (void)state;
  for (size_t i = 0; i < NUM(KINDS); i++) {
    struct ends ends;
    ends_open(&ends, KINDS[i], TRANSPORT_BLOCKING, PATIENCE);
    assert_int_equal(BIO_write(ends.bio, "hello", 5), 5);
    peer_sends(&ends, "abcdef");
    assert_reads(&ends, "abcd");
    assert_reads(&ends, "ef");
    assert_int_equal(ends.transport.bytes_sent, 5);
    assert_int_equal(ends.transport.bytes_received, 6);
    assert_false(ends.transport.timed_out);
    ends_close(&ends);
  }
}

static void test_blocking_ends_at_the_deadline(void **state) {
  (void)state;
  for (size_t i = 0; i < NUM(KINDS); i++) {
    struct ends ends;
    char got[8];
    ends_open(&ends, KINDS[i], TRANSPORT_BLOCKING, 0.02);
    assert_int_equal(BIO_read(ends.bio, got, sizeof(got)), -1);
    assert_int_equal(errno, ETIMEDOUT);
    assert_false(BIO_should_retry(ends.bio));
    assert_true(ends.transport.timed_out);
    ends_close(&ends);
  }
}

static void test_lockstep_waits_before_writing_only(void **state) {
  (void)state;
  for (size_t i = 0; i < NUM(KINDS); i++) {
    struct ends ends;
    ends_open(&ends, KINDS[i], TRANSPORT_LOCKSTEP, PATIENCE);
    peer_sends(&ends, "first");
    assert_reads(&ends, "fir");
    assert_reads(&ends, "st");

    /* The answer is there, but this call has had its flight. */
    assert_int_equal(BIO_write(ends.bio, "x", 1), 1);
    peer_sends(&ends, "next");
    assert_says_retry(&ends);
    assert_says_retry(&ends);

    transport_begin_call(&ends.transport);
    assert_reads(&ends, "next");
    ends_close(&ends);
  }
}

static void test_lockstep_ends_at_the_deadline(void **state) {
  struct ends ends;
  char got[8];
  (void)state;
  ends_open(&ends, TRANSPORT_UNIX, TRANSPORT_LOCKSTEP, 0.02);
  assert_int_equal(BIO_read(ends.bio, got, sizeof(got)), -1);
  assert_false(BIO_should_retry(ends.bio));
  assert_true(ends.transport.timed_out);
  ends_close(&ends);
}

static void test_nonblocking_never_waits(void **state) {
  (void)state;
  for (size_t i = 0; i < NUM(KINDS); i++) {
    struct ends ends;
    ends_open(&ends, KINDS[i], TRANSPORT_NONBLOCKING, PATIENCE);
    assert_says_retry(&ends);
    peer_sends(&ends, "now");
    assert_reads(&ends, "now");
    assert_says_retry(&ends);
    ends_close(&ends);
  }
}

static void test_nonblocking_write_says_retry_when_full(void **state) {
  struct ends ends;
  char block[4096] = "";
  int num = 0;
  (void)state;
  ends_open(&ends, TRANSPORT_UNIX, TRANSPORT_NONBLOCKING, PATIENCE);
  for (int i = 0; i < 100000 && num >= 0; i++) {
    num = BIO_write(ends.bio, block, sizeof(block));
  }
  assert_int_equal(num, -1);
  assert_true(BIO_should_write(ends.bio));
  assert_true(BIO_should_retry(ends.bio));
  ends_close(&ends);
}

static void test_write_limit_refuses_every_other_write(void **state) {
  struct ends ends;
  char got[8] = "";
  (void)state;
  ends_open(&ends, TRANSPORT_UNIX, TRANSPORT_BLOCKING, PATIENCE);
  ends.transport.write_limit = 2;
  for (int i = 0; i < 2; i++) {
    assert_int_equal(BIO_write(ends.bio, "abc", 3), -1);
    assert_true(BIO_should_write(ends.bio));
    assert_true(BIO_should_retry(ends.bio));
    assert_int_equal(BIO_write(ends.bio, "abc", 3), 2);
  }
  ends.transport.write_limit = 0;
  assert_int_equal(BIO_write(ends.bio, "abc", 3), 3);
  assert_int_equal(read(ends.peer, got, sizeof(got)), 7);
  assert_memory_equal(got, "abababc", 7);
  ends_close(&ends);
}

static void test_end_of_file(void **state) {
  (void)state;
  for (size_t i = 0; i < NUM(KINDS); i++) {
    struct ends ends;
    char got[8];
    ends_open(&ends, KINDS[i], TRANSPORT_BLOCKING, PATIENCE);
    assert_false(BIO_eof(ends.bio));
    close(ends.peer);
    ends.peer = -1;
    assert_int_equal(BIO_read(ends.bio, got, sizeof(got)), 0);
    assert_false(BIO_should_retry(ends.bio));
    assert_true(BIO_eof(ends.bio));
    ends_close(&ends);
  }
}

static void test_writing_to_a_closed_peer_raises_no_signal(void **state) {
  struct ends ends;
  (void)state;
  ends_open(&ends, TRANSPORT_UNIX, TRANSPORT_BLOCKING, PATIENCE);
  close(ends.peer);
  ends.peer = -1;
  assert_int_equal(BIO_write(ends.bio, "x", 1), -1);
  assert_int_equal(errno, EPIPE);
  assert_false(BIO_should_retry(ends.bio));
  ends_close(&ends);
}

static void test_reset_is_an_error(void **state) {
  struct ends ends;
  char got[8];
  const struct linger at_once = {.l_onoff = 1, .l_linger = 0};
  (void)state;
  ends_open(&ends, TRANSPORT_TCP, TRANSPORT_BLOCKING, PATIENCE);
  assert_int_equal(
      setsockopt(ends.peer, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once)),
      0);
  close(ends.peer);
  ends.peer = -1;
  assert_int_equal(BIO_read(ends.bio, got, sizeof(got)), -1);
  assert_int_equal(errno, ECONNRESET);
  assert_false(BIO_should_retry(ends.bio));
  assert_false(ends.transport.timed_out);
  ends_close(&ends);
}

static void test_wait_for_close_looks_past_unread_bytes(void **state) {
  (void)state;
  for (size_t i = 0; i < NUM(KINDS); i++) {
    struct ends ends;
    ends_open(&ends, KINDS[i], TRANSPORT_BLOCKING, PATIENCE);
    peer_sends(&ends, "unread");
    assert_int_equal(shutdown(ends.peer, SHUT_WR), 0);
    assert_true(transport_wait(&ends.transport, 0));
    assert_reads(&ends, "unread");
    ends_close(&ends);
  }
}

static void test_wait_ends_at_the_deadline(void **state) {
  struct ends ends;
  (void)state;
  ends_open(&ends, TRANSPORT_UNIX, TRANSPORT_BLOCKING, 0.02);
  peer_sends(&ends, "unread");
  assert_false(transport_wait(&ends.transport, 0));
  ends_close(&ends);
}

static void test_half_close_and_drain(void **state) {
  (void)state;
  for (size_t i = 0; i < NUM(KINDS); i++) {
    struct ends ends;
    char got[8];
    ends_open(&ends, KINDS[i], TRANSPORT_BLOCKING, PATIENCE);
    transport_half_close(&ends.transport);
    assert_int_equal(read(ends.peer, got, sizeof(got)), 0);

    /* Drained to the end, closing it resets nothing. */
    peer_sends(&ends, "late");
    assert_int_equal(shutdown(ends.peer, SHUT_WR), 0);
    transport_drain(&ends.transport);
    transport_close(&ends.transport);
    assert_int_equal(ends.transport.fd, -1);
    assert_int_equal(read(ends.peer, got, sizeof(got)), 0);
    ends_close(&ends);
  }
}

static void test_bio_answers_what_the_library_asks(void **state) {
  struct ends ends;
  int fd = -1;
  (void)state;
  ends_open(&ends, TRANSPORT_UNIX, TRANSPORT_BLOCKING, PATIENCE);
  assert_int_equal(BIO_flush(ends.bio), 1);
  assert_int_equal(BIO_get_fd(ends.bio, &fd), ends.transport.fd);
  assert_int_equal(fd, ends.transport.fd);
  assert_true((fcntl(fd, F_GETFD) & FD_CLOEXEC) != 0);
  assert_true((fcntl(ends.peer, F_GETFD) & FD_CLOEXEC) != 0);

  /* Freeing the BIO leaves the connection to the server open. */
  BIO_free(ends.bio);
  ends.bio = NULL;
  assert_int_equal(write(ends.transport.fd, "x", 1), 1);
  ends_close(&ends);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_names),
      cmocka_unit_test(test_blocking_reads_and_counts),
      cmocka_unit_test(test_blocking_ends_at_the_deadline),
      cmocka_unit_test(test_lockstep_waits_before_writing_only),
      cmocka_unit_test(test_lockstep_ends_at_the_deadline),
      cmocka_unit_test(test_nonblocking_never_waits),
      cmocka_unit_test(test_nonblocking_write_says_retry_when_full),
      cmocka_unit_test(test_write_limit_refuses_every_other_write),
      cmocka_unit_test(test_end_of_file),
      cmocka_unit_test(test_writing_to_a_closed_peer_raises_no_signal),
      cmocka_unit_test(test_reset_is_an_error),
      cmocka_unit_test(test_wait_for_close_looks_past_unread_bytes),
      cmocka_unit_test(test_wait_ends_at_the_deadline),
      cmocka_unit_test(test_half_close_and_drain),
      cmocka_unit_test(test_bio_answers_what_the_library_asks),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
