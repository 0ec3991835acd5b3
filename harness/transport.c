#include "transport.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "datagrams.h"
#include "event.h"
#include "standstill.h"

static const struct {
  const char *name;
  enum transport_io io;
} IO_NAMES[] = {
    {"blocking", TRANSPORT_BLOCKING},
    {"lockstep", TRANSPORT_LOCKSTEP},
    {"nonblocking", TRANSPORT_NONBLOCKING},
};

static const struct {
  const char *name;
  enum transport_kind kind;
} KIND_NAMES[] = {
    {"unix", TRANSPORT_UNIX},
    {"tcp", TRANSPORT_TCP},
};

int transport_io_find(const char *name, enum transport_io *out) {
  for (size_t i = 0; i < sizeof(IO_NAMES) / sizeof(IO_NAMES[0]); i++) {
    if (strcmp(IO_NAMES[i].name, name) == 0) {
      *out = IO_NAMES[i].io;
      return 1;
    }
  }
  return 0;
}

int transport_kind_find(const char *name, enum transport_kind *out) {
  for (size_t i = 0; i < sizeof(KIND_NAMES) / sizeof(KIND_NAMES[0]); i++) {
    if (strcmp(KIND_NAMES[i].name, name) == 0) {
      *out = KIND_NAMES[i].kind;
      return 1;
    }
  }
  return 0;
}

/* A loopback TCP connection whose port nobody can meet in between: what was
 * accepted must come from the port that connected. */
static int open_tcp(int out[2]) {
  struct sockaddr_in at = {.sin_family = AF_INET,
                           .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  struct sockaddr_in client = {0};
  struct sockaddr_in accepted = {0};
  socklen_t len = sizeof(at);
  int ok = 0;
  int one = 1;
  out[0] = -1;
  out[1] = -1;

  int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (listener < 0 || bind(listener, (struct sockaddr *)&at, len) != 0 ||
      listen(listener, 1) != 0 ||
      getsockname(listener, (struct sockaddr *)&at, &len) != 0) {
    goto done;
  }

  out[0] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (out[0] < 0 || connect(out[0], (struct sockaddr *)&at, len) != 0 ||
      getsockname(out[0], (struct sockaddr *)&client, &len) != 0) {
    goto done;
  }

  out[1] = accept4(listener, (struct sockaddr *)&accepted, &len, SOCK_CLOEXEC);
  if (out[1] < 0) {
    goto done;
  }

  if (accepted.sin_port != client.sin_port) {
    errno = ECONNABORTED;
    goto done;
  }

  ok = setsockopt(out[0], IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one)) == 0 &&
       setsockopt(out[1], IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one)) == 0;

done:;
  int cause = errno;
  if (listener >= 0) {
    close(listener);
  }
  for (int i = 0; i < 2 && !ok; i++) {
    if (out[i] >= 0) {
      close(out[i]);
    }
  }
  errno = cause;
  return ok;
}

int transport_open(struct transport *out, int *out_peer_fd,
                   enum transport_kind kind, enum transport_io io,
                   double seconds, struct certspec_error *error) {
  int fds[2];
  if (kind == TRANSPORT_UDP) {
    return transport_open_datagrams(out, out_peer_fd, io, NULL, seconds, error);
  }

  int ok = kind == TRANSPORT_TCP
               ? open_tcp(fds)
               : socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) == 0;
  if (!ok) {
    return certspec_error_set(error, NULL, 0, "no connection pair: %s",
                              strerror(errno));
  }

  *out = (struct transport){.fd = fds[0],
                            .io = io,
                            .deadline = event_now() + seconds,
                            .control_fd = -1};
  *out_peer_fd = fds[1];
  return 1;
}

int transport_open_datagrams(struct transport *out, int *out_peer_fd,
                             enum transport_io io, const json_t *script,
                             double seconds, struct certspec_error *error) {
  int fds[2];
  struct datagrams *datagrams = datagrams_new(script);
  if (datagrams == NULL || !datagrams_open_pair(fds)) {
    datagrams_free(datagrams);
    return certspec_error_set(error, NULL, 0, "no pair of UDP sockets: %s",
                              strerror(errno));
  }

  *out = (struct transport){.fd = fds[0],
                            .io = io,
                            .deadline = event_now() + seconds,
                            .control_fd = -1,
                            .datagrams = datagrams};
  *out_peer_fd = fds[1];
  return 1;
}

/* Whether a read may wait, or the answer is "retry". */
static int read_may_wait(const struct transport *transport) {
  switch (transport->io) {
    case TRANSPORT_LOCKSTEP:
      return !transport->written_in_call;
    case TRANSPORT_NONBLOCKING:
      return 0;
    case TRANSPORT_BLOCKING:
      break;
  }
  return 1;
}

static int fail_timed_out(struct transport *transport) {
  transport->timed_out = 1;
  errno = ETIMEDOUT;
  return -1;
}

static int bio_read(BIO *bio, char *out, int max_len) {
  struct transport *transport = BIO_get_data(bio);
  BIO_clear_retry_flags(bio);
  if (out == NULL || max_len <= 0) {
    return 0;
  }

  int may_wait = read_may_wait(transport);
  if (!may_wait && transport->io == TRANSPORT_LOCKSTEP) {
    /* Even when the server was quick and the bytes are there: the number of
     * calls a handshake takes must not depend on its speed. */
    BIO_set_retry_read(bio);
    return -1;
  }

  if (may_wait && !standstill_wait(transport, POLLIN)) {
    return fail_timed_out(transport);
  }

  ssize_t num;
  do {
    num = recv(transport->fd, out, (size_t)max_len, MSG_DONTWAIT);
  } while (num < 0 && errno == EINTR);
  if (num > 0) {
    transport->bytes_received += (unsigned long long)num;
    return (int)num;
  }

  if (num == 0) {
    transport->end_of_file = 1;
    return 0;
  }

  if (errno == EAGAIN || errno == EWOULDBLOCK) {
    BIO_set_retry_read(bio);
  }
  return -1;
}

static int bio_write(BIO *bio, const char *bytes, int len) {
  struct transport *transport = BIO_get_data(bio);
  BIO_clear_retry_flags(bio);
  if (bytes == NULL || len <= 0) {
    return 0;
  }

  if (transport->io != TRANSPORT_NONBLOCKING &&
      !standstill_wait(transport, POLLOUT)) {
    return fail_timed_out(transport);
  }

  transport->write_refused =
      transport->write_limit > 0 && !transport->write_refused;
  if (transport->write_refused) {
    BIO_set_retry_write(bio);
    return -1;
  }

  if (transport->write_limit > 0 && (size_t)len > transport->write_limit) {
    len = (int)transport->write_limit;
  }

  ssize_t num;
  do {
    /* WARNING: without MSG_NOSIGNAL a server that hung up would end the
     * child by SIGPIPE, and that would be told as a crash of the subject. */
    num = send(transport->fd, bytes, (size_t)len, MSG_DONTWAIT | MSG_NOSIGNAL);
  } while (num < 0 && errno == EINTR);
  if (num >= 0) {
    transport->bytes_sent += (unsigned long long)num;
    transport->written_in_call = 1;
    return (int)num;
  }

  if (errno == EAGAIN || errno == EWOULDBLOCK) {
    BIO_set_retry_write(bio);
  }
  return -1;
}

static long bio_ctrl(BIO *bio, int command, long number, void *pointer) {
  struct transport *transport = BIO_get_data(bio);
  (void)number;
  switch (command) {
    case BIO_CTRL_FLUSH: /* nothing is held back */
    case BIO_CTRL_DUP:   /* asked by SSL_dup */
      return 1;
    case BIO_CTRL_EOF:
      return transport->end_of_file;
    case BIO_C_GET_FD:
      if (pointer != NULL) {
        *(int *)pointer = transport->fd;
      }
      return transport->fd;
    default:
      return 0;
  }
}

static int bio_create(BIO *bio) {
  BIO_set_init(bio, 1);
  return 1;
}

static int bio_destroy(BIO *bio) {
  return bio != NULL;
}

BIO_METHOD *transport_make_method(const char *name,
                                  int (*read)(BIO *, char *, int),
                                  int (*write)(BIO *, const char *, int),
                                  long (*ctrl)(BIO *, int, long, void *)) {
  int type = BIO_get_new_index();
  BIO_METHOD *made =
      BIO_meth_new(type | BIO_TYPE_SOURCE_SINK | BIO_TYPE_DESCRIPTOR, name);
  if (type < 0 || made == NULL || !BIO_meth_set_read(made, read) ||
      !BIO_meth_set_write(made, write) || !BIO_meth_set_ctrl(made, ctrl) ||
      !BIO_meth_set_create(made, bio_create) ||
      !BIO_meth_set_destroy(made, bio_destroy)) {
    BIO_meth_free(made);
    return NULL;
  }

  return made;
}

/* Made once and kept, as the library keeps its own methods. */
static const BIO_METHOD *transport_method(void) {
  static BIO_METHOD *method = NULL;
  if (method == NULL) {
    method = transport_make_method("certspec transport", bio_read, bio_write,
                                   bio_ctrl);
  }

  return method;
}

BIO *transport_new_bio(struct transport *transport) {
  const BIO_METHOD *method =
      transport->datagrams != NULL ? datagrams_method() : transport_method();
  BIO *bio = method != NULL ? BIO_new(method) : NULL;
  if (bio == NULL) {
    return NULL;
  }

  BIO_set_data(bio, transport);
  return bio;
}

void transport_ask_at(struct transport *transport, int control_fd,
                      long connection) {
  transport->control_fd = control_fd;
  transport->connection = connection;
}

void transport_begin_call(struct transport *transport) {
  transport->written_in_call = 0;
}

int transport_wait(struct transport *transport, int for_data) {
  if (transport->datagrams != NULL) {
    return datagrams_wait(transport, for_data);
  }

  /* The server has hung up when the kernel says so, even though bytes that
   * it sent before are still unread. */
  short events = for_data ? POLLIN | POLLRDHUP : POLLRDHUP;
  return standstill_wait(transport, events);
}

void transport_half_close(struct transport *transport) {
  if (transport->datagrams != NULL) {
    datagrams_half_close(transport);
  } else if (transport->fd >= 0) {
    shutdown(transport->fd, SHUT_WR);
  }
  transport->half_closed = 1;
}

void transport_drain(struct transport *transport) {
  char rest[4096];
  if (transport->datagrams != NULL) {
    datagrams_drain(transport);
    return;
  }

  while (transport->fd >= 0 && standstill_wait(transport, POLLIN)) {
    ssize_t num = recv(transport->fd, rest, sizeof(rest), MSG_DONTWAIT);
    int retry = num < 0 && (errno == EINTR || errno == EAGAIN);
    if (num <= 0 && !retry) {
      return;
    }
  }
}

void transport_close(struct transport *transport) {
  if (transport->fd >= 0) {
    close(transport->fd);
  }
  transport->fd = -1;
  datagrams_free(transport->datagrams);
  transport->datagrams = NULL;
}
