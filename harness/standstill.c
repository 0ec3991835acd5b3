#include "standstill.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "event.h"
#include "local_socket.h"

/* Seconds before the server is asked for the first time: most answers of a
 * server are there long before. The time until it is asked again doubles. */
#define FIRST_PATIENCE 0.05

/* Asks the server. The descriptor that its answer comes to; -1 when it cannot
 * be asked. */
static int ask(const struct transport *transport) {
  char text[160];
  int fds[2];

  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) != 0) {
    return -1;
  }

  snprintf(text, sizeof(text),
           "{\"id\": %ld, \"standstill\": {\"received\": %llu, \"sent\": "
           "%llu}}\n",
           transport->connection, transport->bytes_sent,
           transport->bytes_received);
  int sent =
      local_socket_send(transport->control_fd, text, strlen(text), &fds[1], 1);
  close(fds[1]);
  if (!sent) {
    close(fds[0]);
    return -1;
  }

  return fds[0];
}

/* Takes the answer and closes |*fd|: whether it is a yes. */
static int take_answer(int *fd) {
  char yes;
  ssize_t num = recv(*fd, &yes, 1, MSG_DONTWAIT);

  close(*fd);
  *fd = -1;
  return num == 1;
}

static int poll_until(struct pollfd *polls, nfds_t num_polls, double until) {
  double left = until - event_now();

  if (left <= 0) {
    left = 0;
  }
  /* A day is long enough for any deadline, and fits into an int. */
  return poll(polls, num_polls,
              left > 86400 ? 86400000 : (int)(left * 1000) + 1);
}

static int may_ask(const struct transport *transport, short events) {
  return transport->control_fd >= 0 && !transport->half_closed &&
         (events & POLLOUT) == 0;
}

int standstill_wait(struct transport *transport, short events) {
  double patience = FIRST_PATIENCE;
  double ask_at =
      may_ask(transport, events) ? event_now() + patience : transport->deadline;
  int answer_fd = -1;
  int is_ready = 0;

  while (!is_ready && event_now() < transport->deadline) {
    struct pollfd polls[] = {
        {.fd = transport->fd, .events = events},
        {.fd = answer_fd, .events = POLLIN},
    };
    int asked = answer_fd >= 0;
    double until =
        asked || ask_at > transport->deadline ? transport->deadline : ask_at;
    int num = poll_until(polls, 2, until);

    /* Let the read or write meet an error. */
    is_ready = polls[0].revents != 0 || (num < 0 && errno != EINTR);
    if (num < 0 || is_ready) {
      continue;
    }
    if (asked && polls[1].revents != 0) {
      if (take_answer(&answer_fd)) {
        transport->deadline = event_now();
      }
      patience *= 2;
      ask_at = event_now() + patience;
    } else if (!asked && until < transport->deadline) {
      answer_fd = ask(transport);
      ask_at = answer_fd >= 0 ? ask_at : transport->deadline;
    }
  }

  if (answer_fd >= 0) {
    close(answer_fd);
  }
  return is_ready;
}
