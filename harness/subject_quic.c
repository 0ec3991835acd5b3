#include "subject_quic.h"

#include <dlfcn.h>
#include <errno.h>
#include <netinet/in.h>
#include <openssl/err.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>

#include "subject.h"

/* BIO_MSG of BIO_sendmmsg(3), which is part of the library's ABI. */
struct datagram_message {
  void *data;
  size_t data_len;
  void *peer;
  void *local;
  uint64_t flags;
};

typedef int exchange_function(BIO *bio, struct datagram_message *messages,
                              size_t stride, size_t num_messages,
                              uint64_t flags, size_t *out_num);

static subject_datagram_read *read_function;
static subject_datagram_write *write_function;

/* Puts the address of the library's function |name| into |*out|, a pointer to
 * a function pointer. 1, or 0 where the library has none. */
static int look_up(const char *name, void *out) {
  void *address = dlsym(RTLD_DEFAULT, name);
  memcpy(out, &address, sizeof(address));
  return address != NULL;
}

const SSL_METHOD *subject_quic_method(void) {
  const SSL_METHOD *(*method)(void);
  return look_up("OSSL_QUIC_client_method", &method) ? method() : NULL;
}

int subject_is_quic(const SSL *ssl) {
  int (*is_quic)(const SSL *ssl);
  return look_up("SSL_is_quic", &is_quic) && is_quic(ssl);
}

static BIO_ADDR *peer_of(int fd) {
  struct sockaddr_in at = {0};
  socklen_t len = sizeof(at);
  BIO_ADDR *peer = BIO_ADDR_new();
  if (peer == NULL || getpeername(fd, (struct sockaddr *)&at, &len) != 0 ||
      !BIO_ADDR_rawmake(peer, AF_INET, &at.sin_addr, sizeof(at.sin_addr),
                        at.sin_port)) {
    BIO_ADDR_free(peer);
    return NULL;
  }

  return peer;
}

int subject_quic_prepare(SSL *ssl, int fd) {
  static const unsigned char PROTOCOLS[] =
      "\x08"
      "certspec";
  int (*set_peer)(SSL * ssl, const BIO_ADDR *peer);
  int (*set_blocking)(SSL * ssl, int blocking);
  if (!look_up("SSL_set1_initial_peer_addr", &set_peer) ||
      !look_up("SSL_set_blocking_mode", &set_blocking)) {
    return 0;
  }

  BIO_ADDR *peer = peer_of(fd);
  int ok = peer != NULL && set_peer(ssl, peer) && set_blocking(ssl, 0) &&
           SSL_set_alpn_protos(ssl, PROTOCOLS, sizeof(PROTOCOLS) - 1) == 0;
  BIO_ADDR_free(peer);
  return ok;
}

int subject_handle_events(SSL *ssl) {
  int (*handle_events)(SSL * ssl);
  return look_up("SSL_handle_events", &handle_events) ? handle_events(ssl) : 0;
}

int subject_event_timeout(SSL *ssl, double *out) {
  int (*event_timeout)(SSL * ssl, struct timeval * out, int *out_infinite);
  struct timeval left;
  int infinite;
  if (!look_up("SSL_get_event_timeout", &event_timeout) ||
      !event_timeout(ssl, &left, &infinite) || infinite) {
    return 0;
  }

  *out = (double)left.tv_sec + (double)left.tv_usec / 1e6;
  return 1;
}

static struct datagram_message *message_at(struct datagram_message *messages,
                                           size_t stride, size_t i) {
  return (struct datagram_message *)((char *)messages + stride * i);
}

/* What the library takes for "later", or for "never". */
static void raise(int retry) {
  subject_raise(ERR_LIB_SYS, retry ? EAGAIN : ECONNREFUSED);
}

static int receive_many(BIO *bio, struct datagram_message *messages,
                        size_t stride, size_t num_messages, uint64_t flags,
                        size_t *out_num) {
  int retry = 1;
  (void)flags;
  *out_num = 0;
  while (*out_num < num_messages) {
    struct datagram_message *message = message_at(messages, stride, *out_num);
    int num = read_function(bio, message->data, message->data_len, &retry);
    if (num < 0) {
      break;
    }

    message->data_len = (size_t)num;
    message->flags = 0;
    (*out_num)++;
  }
  if (*out_num > 0) {
    return 1;
  }

  raise(retry);
  return 0;
}

static int send_many(BIO *bio, struct datagram_message *messages, size_t stride,
                     size_t num_messages, uint64_t flags, size_t *out_num) {
  int retry = 1;
  (void)flags;
  *out_num = 0;
  while (*out_num < num_messages) {
    struct datagram_message *message = message_at(messages, stride, *out_num);
    if (write_function(bio, message->data, message->data_len, &retry) < 0) {
      break;
    }

    message->flags = 0;
    (*out_num)++;
  }
  if (*out_num > 0) {
    return 1;
  }

  raise(retry);
  return 0;
}

int subject_set_datagram_functions(BIO_METHOD *method,
                                   subject_datagram_read *read_one,
                                   subject_datagram_write *write_one) {
  int (*set_receive)(BIO_METHOD * method, exchange_function * function);
  int (*set_send)(BIO_METHOD * method, exchange_function * function);
  if (!look_up("BIO_meth_set_recvmmsg", &set_receive) ||
      !look_up("BIO_meth_set_sendmmsg", &set_send)) {
    return 1; /* and nobody will ask for them */
  }

  read_function = read_one;
  write_function = write_one;
  return set_receive(method, receive_many) && set_send(method, send_many);
}
