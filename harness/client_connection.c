/* A new connection for an SSL object: transport, server, BIO. */
#include <stdlib.h>
#include <unistd.h>

#include "client_keys.h"
#include "client_run.h"
#include "datagrams.h"
#include "server.h"
#include "subject_quic.h"

/* Of a connection's time. Where each end waits for the other and that cannot be
 * told (standstill.h), it must not be chance who gives up first. */
#define CLIENT_SHARE 0.8

/* The scenario of a new connection. Owned by the caller. */
static json_t *make_scenario(const struct client_run *run,
                             const json_t *differing) {
  const struct certspec_plan *plan = run->setting->plan;
  json_t *scenario = plan->server != NULL ? json_copy(plan->server) : NULL;
  if (scenario == NULL) {
    scenario = json_object();
  }

  if (differing != NULL) {
    json_object_update(scenario, (json_t *)differing);
  }
  if (json_object_get(scenario, "version") == NULL) {
    json_object_set_new(scenario, "version", json_string(plan->protocol->name));
  }
  if (json_object_get(scenario, "seed") == NULL) {
    json_object_set_new(
        scenario, "seed",
        json_string(run->setting->seed != NULL ? run->setting->seed : ""));
  }
  return scenario;
}

/* Hands |peer_fd|, the far end of |transport|, to the server as the next
 * connection. */
static int hand_to_server(struct client_run *run, struct transport *transport,
                          int peer_fd, const json_t *differing) {
  struct certspec_error error = {""};
  long id = run->setting->first_connection + run->num_connections;
  json_t *scenario = make_scenario(run, differing);
  int sent = server_send(run->setting->control_fd, id, run->setting->deadline,
                         scenario, peer_fd, &error);
  json_decref(scenario);
  if (!sent) {
    return client_fail(run, "connection %ld: %s", id, error.text);
  }

  run->num_connections++;
  transport_ask_at(transport, run->setting->control_fd, id);
  event_write(run->sink, json_pack("{s:s, s:I, s:f}", "event", "connection",
                                   "id", (json_int_t)id, "t", event_now()));
  return 1;
}

/* A DTLS_timer_cb. */
static unsigned choose_timeout(SSL *ssl, unsigned before) {
  const struct client_context *context =
      SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl));
  const struct client_ssl *object = client_find_ssl_of(context->run, ssl);
  return object != NULL && object->transport != NULL
             ? datagrams_timeout(object->transport->datagrams, before)
             : before;
}

int client_connect(struct client_run *run, struct client_ssl *object,
                   const json_t *server) {
  struct certspec_error error = {""};
  struct client_transport *made = calloc(1, sizeof(*made));
  int peer_fd = -1;
  if (made == NULL) {
    return client_fail(run, "out of memory");
  }

  const struct client_context *context = object->context;
  double seconds = run->setting->deadline * CLIENT_SHARE;
  enum protocol_kind protocol = run->setting->plan->protocol->kind;
  /* A QUIC object is never blocked in its BIO: see blocking.h. */
  enum transport_io io =
      protocol == PROTOCOL_QUIC ? TRANSPORT_NONBLOCKING : context->io;
  if (protocol == PROTOCOL_TLS
          ? !transport_open(&made->transport, &peer_fd, context->kind, io,
                            seconds, &error)
          : !transport_open_datagrams(&made->transport, &peer_fd, io,
                                      context->datagrams, seconds, &error)) {
    free(made);
    return client_fail(run, "%s", error.text);
  }

  made->next = run->transports;
  run->transports = made;
  if (object->transport != NULL) {
    transport_half_close(object->transport);
  }
  object->transport = &made->transport;

  int sent = hand_to_server(run, &made->transport, peer_fd, server);
  close(peer_fd);
  if (!sent) {
    return 0;
  }

  BIO *bio = transport_new_bio(&made->transport);
  if (bio == NULL) {
    return client_fail(run, "BIO_new");
  }

  SSL_set_bio(object->ssl, bio, bio); /* takes the one reference */
  if (protocol == PROTOCOL_DTLS) {
    DTLS_set_timer_cb(object->ssl, choose_timeout);
  }
  if (protocol == PROTOCOL_QUIC &&
      !subject_quic_prepare(object->ssl, made->transport.fd)) {
    return client_fail(run, "a QUIC object is not ready to connect");
  }
  return 1;
}

struct client_ssl *client_new_ssl(struct client_run *run, const char *name,
                                  struct client_context *context,
                                  const json_t *server) {
  SSL *ssl = SSL_new(context->ctx);
  if (ssl == NULL) {
    client_fail(run, "SSL_new");
    return NULL;
  }

  struct client_ssl *object = client_add_ssl(run, name, context, ssl);
  if (object == NULL || !client_connect(run, object, server)) {
    return NULL;
  }

  SSL_set_connect_state(ssl);
  return client_keys_apply_to_ssl(object) ? object : NULL;
}
