#include "local_socket.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cmocka_all.h"

enum { LONG = 4 << 20 };

static int fds[2];

static int open_pair(void **state) {
  (void)state;
  return socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds);
}

static int close_pair(void **state) {
  (void)state;
  close(fds[0]);
  close(fds[1]);
  return 0;
}

static void assert_same_file(int fd, int other_fd) {
  struct stat one;
  struct stat other;

  assert_int_equal(fstat(fd, &one), 0);
  assert_int_equal(fstat(other_fd, &other), 0);
  assert_int_equal(one.st_ino, other.st_ino);
}

static void test_files_ride_on_the_first_byte(void **state) {
  const int sent[] = {fds[0], fds[1]};
  int received[LOCAL_SOCKET_MAX_FILES];
  char text[4] = "";

  (void)state;
  assert_true(local_socket_send(fds[0], "abc", 3, sent, 2));
  assert_true(local_socket_receive(fds[1], text, 1, received));
  assert_string_equal(text, "a");
  assert_same_file(received[0], fds[0]);
  assert_same_file(received[1], fds[1]);
  assert_int_equal(received[2], -1);
  close(received[0]);
  close(received[1]);

  assert_true(local_socket_receive(fds[1], text, 2, received));
  assert_string_equal(text, "bc");
  assert_int_equal(received[0], -1);
}

static void test_files_nobody_wants_are_closed(void **state) {
  int pipe_fds[2];
  char byte;

  (void)state;
  assert_int_equal(pipe(pipe_fds), 0);
  assert_true(local_socket_send(fds[0], "a", 1, &pipe_fds[1], 1));
  close(pipe_fds[1]);
  assert_true(local_socket_receive(fds[1], &byte, 1, NULL));
  /* The end of file: no copy of the writing end is left. */
  assert_int_equal(read(pipe_fds[0], &byte, 1), 0);
  close(pipe_fds[0]);
}

static void *send_much(void *bytes) {
  assert_true(local_socket_send(fds[0], bytes, LONG, NULL, 0));
  return NULL;
}

static void test_much_is_sent_in_pieces(void **state) {
  char *bytes = malloc(LONG);
  char *received = malloc(LONG);
  pthread_t sender;

  (void)state;
  assert_non_null(bytes);
  assert_non_null(received);
  for (size_t i = 0; i < LONG; i++) {
    bytes[i] = (char)(i * 31 % 251);
  }
  assert_int_equal(pthread_create(&sender, NULL, send_much, bytes), 0);
  assert_true(local_socket_receive(fds[1], received, LONG, NULL));
  pthread_join(sender, NULL);
  assert_memory_equal(received, bytes, LONG);
  free(bytes);
  free(received);
}

static void test_an_end_of_file_in_between(void **state) {
  char text[4];

  (void)state;
  assert_true(local_socket_send(fds[0], "abc", 3, NULL, 0));
  assert_int_equal(shutdown(fds[0], SHUT_WR), 0);
  assert_false(local_socket_receive(fds[1], text, 4, NULL));
}

static void test_nobody_reads(void **state) {
  (void)state;
  assert_int_equal(shutdown(fds[1], SHUT_RD), 0);
  assert_false(local_socket_send(fds[0], "abc", 3, NULL, 0));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(test_files_ride_on_the_first_byte,
                                      open_pair, close_pair),
      cmocka_unit_test_setup_teardown(test_files_nobody_wants_are_closed,
                                      open_pair, close_pair),
      cmocka_unit_test_setup_teardown(test_much_is_sent_in_pieces, open_pair,
                                      close_pair),
      cmocka_unit_test_setup_teardown(test_an_end_of_file_in_between, open_pair,
                                      close_pair),
      cmocka_unit_test_setup_teardown(test_nobody_reads, open_pair, close_pair),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
