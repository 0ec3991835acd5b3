/* client_run: the state of one run in the child, shared by client, callback,
 * step and snapshot. */
#ifndef CERTSPEC_CLIENT_RUN_H
#define CERTSPEC_CLIENT_RUN_H

#include <jansson.h>
#include <openssl/ssl.h>

#include "callback.h"
#include "client.h"
#include "transport.h"

/* An SSL_CTX of the case; it is the SSL_CTX's app data. */
struct client_context {
  const char *name;
  SSL_CTX *ctx; /* NULL after free_ctx */
  const json_t *keys;
  enum transport_io io;
  enum transport_kind kind;
  const json_t *datagrams; /* the key of that name, or NULL */
  struct callback_script scripted;
  struct callback_script other;
  struct callback_script cert_cb;
  struct callback_script engine;
  struct client_run *run;
  struct client_context *next;
};

/* An SSL object of the case. */
struct client_ssl {
  char *name;
  SSL *ssl; /* NULL after free */
  struct transport *transport;
  struct client_context *context; /* it was made from */
  unsigned num_callback_calls;
  /* Of the last I/O function: */
  int has_returned;
  int returned;
  int error;       /* SSL_get_error right after it */
  json_t *reasons; /* its error queue */
  BIO *bio;        /* BIO_f_ssl around it, or NULL */
  struct client_ssl *next;
};

struct client_transport {
  struct transport transport;
  struct client_transport *next;
};

/* What was seen in one step, or in all of them. */
struct client_traffic {
  json_t *messages_sent;
  json_t *messages_received;
  json_t *alerts_sent;
  json_t *alerts_received;
  json_t *info_exits;
};

/* A list of distinguished names, one DER after the other, and its snapshot. */
struct client_names {
  unsigned char *der; /* NULL: none yet */
  size_t len;
  json_t *names;
};

struct client_run {
  const struct client_setting *setting;
  struct pki *pki;
  const struct event_sink *sink;
  struct client_context *contexts;
  struct client_ssl *ssls;
  struct client_transport *transports;
  struct callback_object *objects;
  SSL_SESSION *session; /* the last one seen, for "resume" */
  long num_connections;
  unsigned num_callback_calls;
  unsigned num_other_callback_calls;
  unsigned num_cert_cb_calls;
  unsigned num_engine_calls;
  unsigned num_unscripted_calls;
  unsigned num_status_callback_calls;
  unsigned num_verify_retries;
  int status_answer; /* what the certificate status callback returns */
  struct client_traffic step;
  struct client_traffic total;
  json_t *values_before;            /* of the last step */
  json_t *callback_before;          /* of the last call of a callback */
  struct client_names names_before; /* read last, for snapshot_names */
  int failed; /* an "error" or "unsupported" event was written */
};

struct client_bytes {
  json_int_t sent;
  json_int_t received;
};

/* client_traffic_start makes empty lists; client_traffic_end moves them into
 * |values| (or drops them, when it is NULL). */
void client_traffic_start(struct client_traffic *traffic);
void client_traffic_end(struct client_traffic *traffic, json_t *values);

/* client_note_exit adds |value| to "info_exits". */
void client_note_exit(struct client_run *run, int value);

/* client_count_bytes adds up what all connections have moved so far. */
void client_count_bytes(const struct client_run *run, struct client_bytes *out);

/* client_find_context, client_find_ssl and client_find_ssl_of return what is
 * called |name|, or is the SSL object |ssl|; NULL when there is none. */
struct client_context *client_find_context(struct client_run *run,
                                           const char *name);
struct client_ssl *client_find_ssl(struct client_run *run, const char *name);
struct client_ssl *client_find_ssl_of(struct client_run *run, const SSL *ssl);

/* client_new_ssl makes an SSL object called |name| of |context|, with a
 * connection of its own; |server| holds scenario keys that differ (or NULL).
 * NULL after an error event. */
struct client_ssl *client_new_ssl(struct client_run *run, const char *name,
                                  struct client_context *context,
                                  const json_t *server);

/* client_add_ssl takes |ssl| (one reference) in under |name|, in place of a
 * freed one of that name. NULL after an error event. */
struct client_ssl *client_add_ssl(struct client_run *run, const char *name,
                                  struct client_context *context, SSL *ssl);

/* client_connect gives |object| a new connection, as client_new_ssl does. 1,
 * or 0 after an error event. */
int client_connect(struct client_run *run, struct client_ssl *object,
                   const json_t *server);

/* client_free_ssl ends |object|'s direction and frees its SSL. */
void client_free_ssl(struct client_ssl *object);

/* client_fail writes an error event once and returns 0. */
int client_fail(struct client_run *run, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
int client_unsupported(struct client_run *run, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
