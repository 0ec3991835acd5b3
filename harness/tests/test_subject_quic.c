#include "subject_quic.h"

#include <arpa/inet.h>
#include <dlfcn.h>
#include <errno.h>
#include <openssl/err.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "cmocka_all.h"
#include "datagrams.h"
#include "subject.h"

/* RFC 9000, section 14.1: the least a client's first datagram has, in bytes. */
enum { FIRST_DATAGRAM = 1200, LARGEST_DATAGRAM = 65536 };

static SSL *new_ssl(const SSL_METHOD *method) {
  SSL_CTX *ctx = SSL_CTX_new(method);
  assert_non_null(ctx);
  SSL *ssl = SSL_new(ctx);
  SSL_CTX_free(ctx);
  assert_non_null(ssl);
  return ssl;
}

/* A QUIC object over ends[0] of a pair of UDP sockets. */
static SSL *new_quic(int ends[2]) {
  assert_int_equal(datagrams_open_pair(ends), 1);
  SSL *ssl = new_ssl(subject_quic_method());
  BIO *bio = BIO_new_dgram(ends[0], BIO_NOCLOSE);
  assert_non_null(bio);
  SSL_set_bio(ssl, bio, bio);
  SSL_set_connect_state(ssl);
  return ssl;
}

static void free_quic(SSL *ssl, const int ends[2]) {
  SSL_free(ssl);
  close(ends[0]);
  close(ends[1]);
  ERR_clear_error();
}

static void test_method_and_feature_agree(void **state) {
  (void)state;
  assert_int_equal(subject_quic_method() != NULL, subject_has("quic"));
}

static void test_a_tls_object_is_none(void **state) {
  SSL *ssl = new_ssl(TLS_client_method());
  double seconds;
  (void)state;
  assert_int_equal(subject_is_quic(ssl), 0);
  assert_int_equal(subject_event_timeout(ssl, &seconds), 0);
  SSL_free(ssl);
}

static void test_without_quic_nothing_can_be_done(void **state) {
  SSL *ssl = new_ssl(TLS_client_method());
  (void)state;
  if (subject_has("quic")) {
    SSL_free(ssl);
    skip();
  }

  assert_int_equal(subject_quic_prepare(ssl, -1), 0);
  assert_int_equal(subject_handle_events(ssl), 0);
  SSL_free(ssl);
}

/* RFC 9000, sections 17.2 and 17.2.2: a long header, version 1, Initial. */
static void test_a_prepared_object_sends_its_first_datagram(void **state) {
  static const unsigned char VERSION_1[] = {0, 0, 0, 1};
  static unsigned char datagram[LARGEST_DATAGRAM];
  int ends[2];
  double seconds = -1;
  (void)state;
  if (!subject_has("quic")) {
    skip();
  }

  SSL *ssl = new_quic(ends);
  assert_int_equal(subject_is_quic(ssl), 1);
  assert_int_equal(subject_quic_prepare(ssl, ends[0]), 1);
  assert_int_equal(SSL_do_handshake(ssl), -1);
  assert_true(recv(ends[1], datagram, sizeof(datagram), MSG_DONTWAIT) >=
              FIRST_DATAGRAM);
  assert_int_equal(datagram[0] & 0xf0, 0xc0);
  assert_memory_equal(datagram + 1, VERSION_1, sizeof(VERSION_1));
  /* Nobody answers: its timer is running. */
  assert_int_equal(subject_event_timeout(ssl, &seconds), 1);
  assert_true(seconds >= 0);
  assert_int_equal(subject_handle_events(ssl), 1);
  free_quic(ssl, ends);
}

static void test_a_socket_without_a_peer_will_not_do(void **state) {
  int ends[2];
  int lonely = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  (void)state;
  assert_true(lonely >= 0);
  if (!subject_has("quic")) {
    close(lonely);
    skip();
  }

  SSL *ssl = new_quic(ends);
  assert_int_equal(subject_quic_prepare(ssl, lonely), 0);
  free_quic(ssl, ends);
  close(lonely);
}

/* What a BIO of the test gives and takes. */
static struct {
  int num_to_read;
  int retry;
  char written[64];
} wire;

static int read_one(BIO *bio, void *out, size_t max_len, int *out_retry) {
  (void)bio;
  assert_true(max_len >= 3);
  if (wire.num_to_read == 0) {
    *out_retry = wire.retry;
    return -1;
  }

  memcpy(out, "abc", 3);
  return wire.num_to_read-- > 1 ? 3 : 2;
}

static int write_one(BIO *bio, const void *bytes, size_t len, int *out_retry) {
  size_t have = strlen(wire.written);
  (void)bio;
  if (have + len >= sizeof(wire.written)) {
    *out_retry = wire.retry;
    return -1;
  }

  memcpy(wire.written + have, bytes, len);
  return (int)len;
}

/* BIO_MSG of BIO_sendmmsg(3). */
struct message {
  void *data;
  size_t data_len;
  void *peer;
  void *local;
  uint64_t flags;
};

typedef int exchange(BIO *bio, struct message *messages, size_t stride,
                     size_t num_messages, uint64_t flags, size_t *out_num);

static exchange *find_exchange(const char *name) {
  exchange *function;
  void *address = dlsym(RTLD_DEFAULT, name);
  memcpy(&function, &address, sizeof(address));
  return function;
}

static int make_ready(BIO *bio) {
  BIO_set_init(bio, 1);
  return 1;
}

static BIO *new_bio(BIO_METHOD **out_method) {
  *out_method = BIO_meth_new(BIO_TYPE_SOURCE_SINK, "datagrams of a test");
  assert_non_null(*out_method);
  assert_int_equal(BIO_meth_set_create(*out_method, make_ready), 1);
  assert_int_equal(
      subject_set_datagram_functions(*out_method, read_one, write_one), 1);
  BIO *bio = BIO_new(*out_method);
  assert_non_null(bio);
  return bio;
}

/* Where the library has no use for them, there is nothing to set. */
static void test_datagram_functions_can_be_given(void **state) {
  BIO_METHOD *method;
  (void)state;
  BIO_free(new_bio(&method));
  BIO_meth_free(method);
}

/* As many as there are, each with its own length. */
static void test_datagrams_are_received_one_by_one(void **state) {
  exchange *receive = find_exchange("BIO_recvmmsg");
  char space[3][8];
  struct message messages[3];
  BIO_METHOD *method;
  size_t num = 9;
  (void)state;
  if (receive == NULL) {
    skip();
    return;
  }

  for (size_t i = 0; i < 3; i++) {
    messages[i] = (struct message){.data = space[i], .data_len = 8};
  }
  wire.num_to_read = 2;
  BIO *bio = new_bio(&method);
  assert_int_equal(receive(bio, messages, sizeof(messages[0]), 3, 0, &num), 1);
  assert_int_equal(num, 2);
  assert_int_equal(messages[0].data_len, 3);
  assert_int_equal(messages[1].data_len, 2);
  assert_memory_equal(space[1], "ab", 2);
  BIO_free(bio);
  BIO_meth_free(method);
}

/* EAGAIN is what the library waits at; anything else ends the connection. */
static void test_nothing_to_receive_is_later_or_never(void **state) {
  exchange *receive = find_exchange("BIO_recvmmsg");
  static const struct {
    int retry;
    int reason;
  } ROWS[] = {{1, EAGAIN}, {0, ECONNREFUSED}};
  char space[8];
  BIO_METHOD *method;
  (void)state;
  if (receive == NULL) {
    skip();
    return;
  }

  BIO *bio = new_bio(&method);
  for (size_t i = 0; i < 2; i++) {
    struct message message = {.data = space, .data_len = sizeof(space)};
    size_t num = 9;
    wire.num_to_read = 0;
    wire.retry = ROWS[i].retry;
    ERR_clear_error();
    assert_int_equal(receive(bio, &message, sizeof(message), 1, 0, &num), 0);
    assert_int_equal(num, 0);
    assert_int_equal(ERR_GET_REASON(ERR_peek_last_error()), ROWS[i].reason);
  }
  ERR_clear_error();
  BIO_free(bio);
  BIO_meth_free(method);
}

static void test_datagrams_are_sent_until_one_is_refused(void **state) {
  exchange *give = find_exchange("BIO_sendmmsg");
  char large[sizeof(wire.written)] = "";
  struct message messages[] = {
      {.data = "one", .data_len = 3},
      {.data = "two", .data_len = 3},
      {.data = large, .data_len = sizeof(large)},
      {.data = "three", .data_len = 5},
  };
  BIO_METHOD *method;
  size_t num = 9;
  (void)state;
  if (give == NULL) {
    skip();
    return;
  }

  BIO *bio = new_bio(&method);
  memset(wire.written, 0, sizeof(wire.written));
  assert_int_equal(give(bio, messages, sizeof(messages[0]), 4, 0, &num), 1);
  assert_int_equal(num, 2);
  assert_string_equal(wire.written, "onetwo");
  wire.retry = 1;
  assert_int_equal(give(bio, messages + 2, sizeof(messages[0]), 2, 0, &num), 0);
  assert_int_equal(num, 0);
  assert_int_equal(ERR_GET_REASON(ERR_peek_last_error()), EAGAIN);
  ERR_clear_error();
  BIO_free(bio);
  BIO_meth_free(method);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_method_and_feature_agree),
      cmocka_unit_test(test_a_tls_object_is_none),
      cmocka_unit_test(test_without_quic_nothing_can_be_done),
      cmocka_unit_test(test_a_prepared_object_sends_its_first_datagram),
      cmocka_unit_test(test_a_socket_without_a_peer_will_not_do),
      cmocka_unit_test(test_datagram_functions_can_be_given),
      cmocka_unit_test(test_datagrams_are_received_one_by_one),
      cmocka_unit_test(test_nothing_to_receive_is_later_or_never),
      cmocka_unit_test(test_datagrams_are_sent_until_one_is_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
