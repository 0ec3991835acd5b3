#include "datagrams.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "datagram_script.h"
#include "event.h"
#include "standstill.h"
#include "subject_quic.h"

enum {
  MAX_DATAGRAM = 65536,
  DEFAULT_MTU = 1472, /* Ethernet's, without the headers of IP and UDP */
  UDP_OVERHEAD = 28,
  SHORT_TIMEOUT = 80, /* milliseconds */
};

/* More than any connection lasts, and below the largest unsigned. */
static const unsigned NEVER = 4000U * 1000 * 1000;

struct datagram {
  struct datagram *next;
  size_t len;
  json_int_t index;
  unsigned char bytes[];
};

struct datagrams {
  const json_t *script;
  json_int_t num_sent;
  json_int_t num_received;
  struct datagram *ready; /* received, in the order to be read */
  struct datagram *late;  /* received, waiting to be overtaken */
  struct datagram *late_sent;
  double next_timeout; /* of the subject, CLOCK_MONOTONIC; 0: none */
  /* WARNING: not on the stack, which is small in SSL_MODE_ASYNC. */
  unsigned char arriving[MAX_DATAGRAM];
};

struct datagrams *datagrams_new(const json_t *script) {
  struct datagrams *datagrams = calloc(1, sizeof(*datagrams));
  if (datagrams != NULL) {
    datagrams->script = script;
  }
  return datagrams;
}

static void free_list(struct datagram *datagram) {
  while (datagram != NULL) {
    struct datagram *next = datagram->next;
    free(datagram);
    datagram = next;
  }
}

void datagrams_free(struct datagrams *datagrams) {
  if (datagrams == NULL) {
    return;
  }

  free_list(datagrams->ready);
  free_list(datagrams->late);
  free_list(datagrams->late_sent);
  free(datagrams);
}

int datagrams_open_pair(int out[2]) {
  struct sockaddr_in at[2];
  int ok = 1;
  out[0] = -1;
  out[1] = -1;
  for (int i = 0; ok && i < 2; i++) {
    socklen_t len = sizeof(at[i]);
    at[i] = (struct sockaddr_in){.sin_family = AF_INET,
                                 .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    out[i] = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    ok = out[i] >= 0 && bind(out[i], (struct sockaddr *)&at[i], len) == 0 &&
         getsockname(out[i], (struct sockaddr *)&at[i], &len) == 0;
  }
  for (int i = 0; ok && i < 2; i++) {
    ok = connect(out[i], (struct sockaddr *)&at[1 - i], sizeof(at[i])) == 0;
  }

  int cause = errno;
  for (int i = 0; !ok && i < 2; i++) {
    if (out[i] >= 0) {
      close(out[i]);
    }
  }
  errno = cause;
  return ok;
}

static int append(struct datagram **list, const void *bytes, size_t len,
                  json_int_t index) {
  struct datagram *made = malloc(sizeof(*made) + len);
  if (made == NULL) {
    return 0;
  }

  *made = (struct datagram){.len = len, .index = index};
  memcpy(made->bytes, bytes, len);
  while (*list != NULL) {
    list = &(*list)->next;
  }
  *list = made;
  return 1;
}

/* Takes the datagram |index| out of |list|; NULL when it is not there. */
static struct datagram *take(struct datagram **list, json_int_t index) {
  while (*list != NULL && (*list)->index != index) {
    list = &(*list)->next;
  }

  struct datagram *found = *list;
  if (found != NULL) {
    *list = found->next;
    found->next = NULL;
  }
  return found;
}

/* Puts a received datagram where the script wants it. 0 when memory is out. */
static int sort_received(struct datagrams *datagrams, const void *bytes,
                         size_t len) {
  json_int_t index = datagrams->num_received++;
  if (datagram_script_lists(datagrams->script, "drop_received", index)) {
    return 1;
  }

  if (datagram_script_partner(datagrams->script, "swap_received", 0, index) >=
      0) {
    return append(&datagrams->late, bytes, len, index);
  }

  int ok = append(&datagrams->ready, bytes, len, index);
  if (datagram_script_lists(datagrams->script, "duplicate_received", index)) {
    ok = ok && append(&datagrams->ready, bytes, len, index);
  }
  struct datagram *late = take(
      &datagrams->late,
      datagram_script_partner(datagrams->script, "swap_received", 1, index));
  if (late != NULL) {
    ok = ok && append(&datagrams->ready, late->bytes, late->len, late->index);
    free(late);
  }
  return ok;
}

/* Moves one datagram from the socket into the queues, without waiting. 1; 0
 * when there is none; -1 when there will never be one (errno). */
static int fetch(struct transport *transport) {
  unsigned char *bytes = transport->datagrams->arriving;
  ssize_t num;
  do {
    num = recv(transport->fd, bytes, MAX_DATAGRAM, MSG_DONTWAIT);
  } while (num < 0 && errno == EINTR);
  if (num < 0) {
    return errno == EAGAIN || errno == EWOULDBLOCK ? 0 : -1;
  }

  if (num == 0) {
    transport->end_of_file = 1;
    errno = ECONNREFUSED;
    return -1;
  }

  if (!sort_received(transport->datagrams, bytes, (size_t)num)) {
    errno = ENOMEM;
    return -1;
  }

  return 1;
}

/* Waits for something to read, to |until| at most. */
static int wait_readable(const struct transport *transport, double until) {
  for (;;) {
    double left = until - event_now();
    if (left <= 0) {
      return 0;
    }

    int milliseconds = left > 86400 ? 86400000 : (int)(left * 1000) + 1;
    struct pollfd at = {.fd = transport->fd, .events = POLLIN};
    int ready = poll(&at, 1, milliseconds);
    if (ready > 0 || (ready < 0 && errno != EINTR)) {
      return 1;
    }
  }
}

static int may_wait(const struct transport *transport) {
  return transport->io == TRANSPORT_BLOCKING ||
         (transport->io == TRANSPORT_LOCKSTEP && !transport->written_in_call);
}

int datagrams_read(struct transport *transport, void *out, size_t max_len,
                   int *out_retry) {
  struct datagrams *datagrams = transport->datagrams;
  *out_retry = 1;
  if (transport->io == TRANSPORT_LOCKSTEP && !may_wait(transport)) {
    return -1; /* see transport.c: not by the server's speed */
  }

  while (datagrams->ready == NULL) {
    int fetched = transport->end_of_file ? -1 : fetch(transport);
    if (fetched < 0) {
      errno = transport->end_of_file ? ECONNREFUSED : errno;
      *out_retry = 0;
      return -1;
    }

    if (fetched > 0) {
      continue;
    }

    double timer = datagrams->next_timeout;
    int timer_first = timer > 0 && timer < transport->deadline;
    if (!may_wait(transport)) {
      return -1;
    }

    if (timer_first ? !wait_readable(transport, timer)
                    : !standstill_wait(transport, POLLIN)) {
      transport->timed_out = !timer_first;
      errno = ETIMEDOUT;
      *out_retry = timer_first;
      return -1;
    }
  }

  struct datagram *first = datagrams->ready;
  size_t len = first->len < max_len ? first->len : max_len;
  memcpy(out, first->bytes, len);
  datagrams->ready = first->next;
  free(first);
  transport->bytes_received += len;
  return (int)len;
}

/* WARNING: a datagram that cannot be sent is lost, as on any network: the
 * refusal of an earlier one is told by send, too. */
static void put_on_wire(const struct transport *transport, const void *bytes,
                        size_t len) {
  ssize_t num = send(transport->fd, bytes, len, MSG_NOSIGNAL);
  if (num < 0 && errno == ECONNREFUSED) {
    send(transport->fd, bytes, len, MSG_NOSIGNAL);
  }
}

int datagrams_write(struct transport *transport, const void *bytes, size_t len,
                    int *out_retry) {
  struct datagrams *datagrams = transport->datagrams;
  json_int_t index = datagrams->num_sent++;
  *out_retry = 0;
  transport->bytes_sent += len;
  transport->written_in_call = 1;
  if (datagram_script_lists(datagrams->script, "drop_sent", index)) {
    return (int)len;
  }

  if (datagram_script_partner(datagrams->script, "swap_sent", 0, index) >= 0) {
    return append(&datagrams->late_sent, bytes, len, index) ? (int)len : -1;
  }

  put_on_wire(transport, bytes, len);
  if (datagram_script_lists(datagrams->script, "duplicate_sent", index)) {
    put_on_wire(transport, bytes, len);
  }
  struct datagram *late =
      take(&datagrams->late_sent,
           datagram_script_partner(datagrams->script, "swap_sent", 1, index));
  if (late != NULL) {
    put_on_wire(transport, late->bytes, late->len);
    free(late);
  }
  return (int)len;
}

unsigned datagrams_timeout(const struct datagrams *datagrams, unsigned before) {
  json_int_t given = datagram_script_number(datagrams->script, "timeout", 0);
  int loses = datagram_script_goes_on(datagrams->script, "drop_sent",
                                      datagrams->num_sent) ||
              datagram_script_goes_on(datagrams->script, "swap_sent",
                                      datagrams->num_sent) ||
              datagram_script_goes_on(datagrams->script, "drop_received",
                                      datagrams->num_received) ||
              datagram_script_goes_on(datagrams->script, "swap_received",
                                      datagrams->num_received);
  if (before != 0) {
    return before;
  }

  if (given == 0 && !loses) {
    return NEVER;
  }

  return (unsigned)(given != 0 ? given : SHORT_TIMEOUT) * 1000;
}

void datagrams_wait_until(const struct transport *transport, double until) {
  if (transport->datagrams->ready == NULL && !transport->end_of_file) {
    wait_readable(transport, until);
  }
}

int datagrams_wait(struct transport *transport, int for_data) {
  while (!transport->end_of_file) {
    if (for_data && transport->datagrams->ready != NULL) {
      return 1;
    }

    if (!standstill_wait(transport, POLLIN)) {
      return 0;
    }

    if (fetch(transport) < 0 && !transport->end_of_file) {
      return 1; /* the server is gone without a word */
    }
  }
  return 1;
}

void datagrams_half_close(struct transport *transport) {
  if (!transport->half_closed && transport->fd >= 0) {
    send(transport->fd, "", 0, MSG_NOSIGNAL);
  }
  transport->half_closed = 1;
}

void datagrams_drain(struct transport *transport) {
  while (!transport->end_of_file && standstill_wait(transport, POLLIN)) {
    if (fetch(transport) < 0) {
      return;
    }
  }
}

static int read_one(BIO *bio, void *out, size_t max_len, int *out_retry) {
  return datagrams_read(BIO_get_data(bio), out, max_len, out_retry);
}

static int write_one(BIO *bio, const void *bytes, size_t len, int *out_retry) {
  return datagrams_write(BIO_get_data(bio), bytes, len, out_retry);
}

static int bio_read(BIO *bio, char *out, int max_len) {
  int retry;
  BIO_clear_retry_flags(bio);
  if (out == NULL || max_len <= 0) {
    return 0;
  }

  int num = datagrams_read(BIO_get_data(bio), out, (size_t)max_len, &retry);
  if (num < 0 && retry) {
    BIO_set_retry_read(bio);
  }
  return num;
}

static int bio_write(BIO *bio, const char *bytes, int len) {
  int retry;
  BIO_clear_retry_flags(bio);
  if (bytes == NULL || len <= 0) {
    return 0;
  }

  int num = datagrams_write(BIO_get_data(bio), bytes, (size_t)len, &retry);
  if (num < 0 && retry) {
    BIO_set_retry_write(bio);
  }
  return num;
}

/* The subject's timer is a moment of its own clock. */
static void set_next_timeout(struct datagrams *datagrams,
                             const struct timeval *at) {
  struct timeval now;
  datagrams->next_timeout = 0;
  if (at == NULL || (at->tv_sec == 0 && at->tv_usec == 0)) {
    return;
  }

  gettimeofday(&now, NULL);
  datagrams->next_timeout = event_now() + (double)(at->tv_sec - now.tv_sec) +
                            (double)(at->tv_usec - now.tv_usec) / 1e6;
}

static long bio_ctrl(BIO *bio, int command, long number, void *pointer) {
  struct transport *transport = BIO_get_data(bio);
  const struct datagrams *datagrams = transport->datagrams;
  (void)number;
  switch (command) {
    case BIO_CTRL_FLUSH: /* nothing is held back */
    case BIO_CTRL_DUP:   /* asked by SSL_dup */
      return 1;
    case BIO_CTRL_DGRAM_QUERY_MTU:
    case BIO_CTRL_DGRAM_GET_FALLBACK_MTU:
    case BIO_CTRL_DGRAM_GET_MTU:
      return (long)datagram_script_number(datagrams->script, "mtu",
                                          DEFAULT_MTU);
    case BIO_CTRL_DGRAM_SET_MTU:
      return number;
    case BIO_CTRL_DGRAM_GET_MTU_OVERHEAD:
      return UDP_OVERHEAD;
    case BIO_CTRL_DGRAM_SET_NEXT_TIMEOUT:
      set_next_timeout(transport->datagrams, pointer);
      return 1;
    case BIO_C_GET_FD:
      if (pointer != NULL) {
        *(int *)pointer = transport->fd;
      }
      return transport->fd;
    default:
      return 0;
  }
}

const BIO_METHOD *datagrams_method(void) {
  static BIO_METHOD *method = NULL;
  if (method != NULL) {
    return method;
  }

  BIO_METHOD *made = transport_make_method("certspec datagrams", bio_read,
                                           bio_write, bio_ctrl);
  if (made == NULL ||
      !subject_set_datagram_functions(made, read_one, write_one)) {
    BIO_meth_free(made);
    return NULL;
  }

  method = made;
  return method;
}
