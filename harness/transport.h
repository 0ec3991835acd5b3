/* transport: the connection between the subject and a server, and the BIO
 * that decides when the subject must wait. */
#ifndef CERTSPEC_TRANSPORT_H
#define CERTSPEC_TRANSPORT_H

#include <jansson.h>
#include <openssl/bio.h>

#include "error.h"

enum transport_io {
  TRANSPORT_BLOCKING,    /* a read waits for the server */
  TRANSPORT_LOCKSTEP,    /* a read waits until this API call has written */
  TRANSPORT_NONBLOCKING, /* nothing ever waits */
};

enum transport_kind {
  TRANSPORT_UNIX, /* a pair of AF_UNIX stream sockets */
  TRANSPORT_TCP,  /* a loopback TCP connection */
  TRANSPORT_UDP,  /* two loopback UDP sockets that hear only each other */
};

struct datagrams;

struct transport {
  int fd; /* the client's end */
  enum transport_io io;
  double deadline; /* CLOCK_MONOTONIC seconds after which nothing waits */
  unsigned long long bytes_sent;
  unsigned long long bytes_received;
  int written_in_call; /* since transport_begin_call */
  size_t write_limit;  /* bytes of a stream's write; 0: any number */
  int write_refused;   /* the last write was, for the limit's sake */
  int end_of_file;     /* the server has ended its direction */
  int timed_out;       /* a read or a write met the deadline */
  int half_closed;
  int control_fd;              /* where to ask after the server, or -1 */
  long connection;             /* what to call this one there */
  struct datagrams *datagrams; /* NULL on a stream */
};

/* transport_io_find and transport_kind_find turn "lockstep", "unix", ... into
 * their values. 1, or 0 when there is no such name. */
int transport_io_find(const char *name, enum transport_io *out);
int transport_kind_find(const char *name, enum transport_kind *out);

/* transport_open makes a connection that lasts |seconds|; |out_peer_fd| gets
 * the server's end (owned by the caller). 1, or 0 with |error|. Close with
 * transport_close. transport_open_datagrams makes one of kind TRANSPORT_UDP;
 * |script|: the client key "datagrams" (or NULL), which must outlive it. */
int transport_open(struct transport *out, int *out_peer_fd,
                   enum transport_kind kind, enum transport_io io,
                   double seconds, struct certspec_error *error);
int transport_open_datagrams(struct transport *out, int *out_peer_fd,
                             enum transport_io io, const json_t *script,
                             double seconds, struct certspec_error *error);

/* transport_new_bio returns a BIO over |transport|, which must outlive it, or
 * NULL. The caller owns the BIO; freeing it leaves the connection open. */
BIO *transport_new_bio(struct transport *transport);

/* transport_make_method returns a method of BIOs that are ready as soon as they
 * are made and leave their data alone when they are freed; NULL when memory ran
 * out. Free with BIO_meth_free. */
BIO_METHOD *transport_make_method(const char *name,
                                  int (*read)(BIO *, char *, int),
                                  int (*write)(BIO *, const char *, int),
                                  long (*ctrl)(BIO *, int, long, void *));

/* transport_ask_at says where the server can be asked whether it waits, too:
 * its control line (borrowed), and the number of the connection there. */
void transport_ask_at(struct transport *transport, int control_fd,
                      long connection);

/* transport_begin_call marks the begin of an API call (for lockstep). */
void transport_begin_call(struct transport *transport);

/* transport_wait waits until the server has ended its direction, or (when
 * |for_data|) has sent something. 1, or 0 when the deadline came first, or a
 * standstill (standstill.h). */
int transport_wait(struct transport *transport, int for_data);

/* transport_half_close tells the server that nothing more will come. */
void transport_half_close(struct transport *transport);

/* transport_drain throws away what comes until end of file or the deadline.
 * WARNING: closing an AF_UNIX socket with unread bytes gives the server
 * ECONNRESET, which would spoil its observation: drain before closing. */
void transport_drain(struct transport *transport);

void transport_close(struct transport *transport);

#endif
