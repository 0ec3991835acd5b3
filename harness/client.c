#include "client.h"

#include <openssl/err.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "callback.h"
#include "client_keys.h"
#include "client_run.h"
#include "snapshot.h"
#include "step.h"
#include "stock.h"
#include "subject.h"
#include "subject_lack.h"
#include "subject_quic.h"

static const char FIRST_NAME[] = "ssl";

int client_fail(struct client_run *run, const char *format, ...) {
  char text[1024];
  char reason[256] = "";
  va_list arguments;
  unsigned long error = ERR_peek_last_error();
  if (run->failed) {
    return 0;
  }

  if (subject_lack() != NULL) {
    return client_unsupported(run, "%s has no %s", subject_library(),
                              subject_lack());
  }

  run->failed = 1;
  va_start(arguments, format);
  vsnprintf(text, sizeof(text), format, arguments);
  va_end(arguments);
  if (error != 0) {
    snprintf(reason, sizeof(reason), " (%s)", subject_reason_symbol(error));
  }
  event_error(run->sink, "%s%s", text, reason);
  return 0;
}

int client_unsupported(struct client_run *run, const char *format, ...) {
  char text[1024];
  va_list arguments;
  if (run->failed) {
    return 0;
  }

  run->failed = 1;
  va_start(arguments, format);
  vsnprintf(text, sizeof(text), format, arguments);
  va_end(arguments);
  event_unsupported(run->sink, "%s", text);
  return 0;
}

struct client_context *client_find_context(struct client_run *run,
                                           const char *name) {
  for (struct client_context *c = run->contexts; c != NULL; c = c->next) {
    if (strcmp(c->name, name) == 0) {
      return c;
    }
  }
  return NULL;
}

struct client_ssl *client_find_ssl(struct client_run *run, const char *name) {
  for (struct client_ssl *s = run->ssls; s != NULL; s = s->next) {
    if (strcmp(s->name, name) == 0) {
      return s;
    }
  }
  return NULL;
}

struct client_ssl *client_find_ssl_of(struct client_run *run, const SSL *ssl) {
  for (struct client_ssl *s = run->ssls; s != NULL; s = s->next) {
    if (s->ssl == ssl) {
      return s;
    }
  }
  return NULL;
}

static void add_name(struct client_run *run, int is_alert, int sent,
                     const char *name) {
  struct client_traffic *both[] = {&run->step, &run->total};
  for (size_t i = 0; i < 2; i++) {
    json_t *list =
        is_alert ? (sent ? both[i]->alerts_sent : both[i]->alerts_received)
                 : (sent ? both[i]->messages_sent : both[i]->messages_received);
    json_array_append_new(list, json_string(name));
  }
}

/* The library's message callback: handshake messages, ChangeCipherSpec and
 * alerts; its pseudo types (record headers, inner types) are left out. Lengths
 * are those of the bodies, as the servers log them. */
static void record_message(int sent, int version, int content_type,
                           const void *message, size_t message_len, SSL *ssl,
                           void *arg) {
  struct client_context *context = arg;
  struct client_run *run = context->run;
  const unsigned char *bytes = message;
  char text[64];
  const char *name = NULL;
  long len = (long)message_len;
  (void)version;
  if (content_type == SSL3_RT_HANDSHAKE && message_len > 0) {
    name = subject_message_symbol(bytes[0]);
    len -= SSL_is_dtls(ssl) ? DTLS1_HM_HEADER_LENGTH : SSL3_HM_HEADER_LENGTH;
  } else if (content_type == SSL3_RT_CHANGE_CIPHER_SPEC) {
    name = "ChangeCipherSpec";
  } else if (content_type == SSL3_RT_ALERT && message_len == 2) {
    snprintf(text, sizeof(text), "%s %s",
             bytes[0] == SSL3_AL_FATAL ? "fatal" : "warning",
             subject_alert_symbol(bytes[1]));
    name = text;
  }
  if (name == NULL) {
    return;
  }

  add_name(run, content_type == SSL3_RT_ALERT, sent, name);
  event_log(run->sink, content_type == SSL3_RT_ALERT ? "alert" : "message",
            sent ? "sent" : "received", name, len, NULL);
}

/* NULL where the subject has no such protocol. */
static const SSL_METHOD *method_of(const struct protocol *protocol) {
  switch (protocol->kind) {
    case PROTOCOL_DTLS:
      return DTLS_client_method();
    case PROTOCOL_QUIC:
      return subject_quic_method();
    case PROTOCOL_TLS:
      break;
  }
  return TLS_client_method();
}

static SSL_CTX *new_ctx(struct client_run *run) {
  const struct protocol *protocol = run->setting->plan->protocol;
  const SSL_METHOD *method = method_of(protocol);
  if (method == NULL) {
    client_unsupported(run, "the subject has no %s", protocol->name);
    return NULL;
  }

  SSL_CTX *ctx = stock_take_ctx(method);
  if (ctx == NULL) {
    client_fail(run, "SSL_CTX_new");
    return NULL;
  }

  SSL_CTX_set_security_level(ctx, protocol_before_tls12(protocol) ? 0 : 1);
  SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_verify(ctx, SSL_VERIFY_NONE, NULL);
  if (protocol->kind != PROTOCOL_QUIC &&
      (!SSL_CTX_set_min_proto_version(ctx, protocol->version) ||
       !SSL_CTX_set_max_proto_version(ctx, protocol->version))) {
    SSL_CTX_free(ctx);
    client_unsupported(run, "the subject cannot be limited to %s",
                       protocol->name);
    return NULL;
  }

  return ctx;
}

static int add_context(struct client_run *run, const char *name,
                       const json_t *keys) {
  struct client_context *context = calloc(1, sizeof(*context));
  if (context == NULL) {
    return client_fail(run, "out of memory");
  }

  context->name = name;
  context->keys = keys;
  context->run = run;
  /* What is for the whole case stands with the first. */
  if (run->contexts != NULL) {
    context->io = run->contexts->io;
    context->kind = run->contexts->kind;
    context->datagrams = run->contexts->datagrams;
  }
  struct client_context **end = &run->contexts;
  while (*end != NULL) {
    end = &(*end)->next;
  }
  *end = context;

  context->ctx = new_ctx(run);
  if (context->ctx == NULL) {
    return 0;
  }

  SSL_CTX_set_app_data(context->ctx, context);
  SSL_CTX_set_msg_callback(context->ctx, record_message);
  SSL_CTX_set_msg_callback_arg(context->ctx, context);
  return client_keys_apply_to_context(context);
}

static int add_contexts(struct client_run *run) {
  const json_t *keys = run->setting->plan->client;
  if (!add_context(run, "ctx", keys)) {
    return 0;
  }

  const char *name;
  json_t *more;
  json_object_foreach(json_object_get(keys, "contexts"), name, more) {
    if (!add_context(run, name, more)) {
      return 0;
    }
  }
  return 1;
}

struct client_ssl *client_add_ssl(struct client_run *run, const char *name,
                                  struct client_context *context, SSL *ssl) {
  struct client_ssl *object = client_find_ssl(run, name);
  if (object == NULL) {
    object = calloc(1, sizeof(*object));
    if (object == NULL || (object->name = strdup(name)) == NULL) {
      free(object);
      SSL_free(ssl);
      client_fail(run, "out of memory");
      return NULL;
    }

    object->next = run->ssls;
    run->ssls = object;
  }

  object->ssl = ssl;
  object->context = context;
  object->num_callback_calls = 0;
  object->has_returned = 0;
  return object;
}

void client_free_ssl(struct client_ssl *object) {
  if (object->transport != NULL) {
    transport_half_close(object->transport);
  }
  /* WARNING: freeing a BIO_f_ssl shuts its SSL object down. */
  BIO_free_all(object->bio);
  SSL_free(object->ssl);
  object->bio = NULL;
  object->ssl = NULL;
}

void client_traffic_start(struct client_traffic *traffic) {
  *traffic = (struct client_traffic){
      .messages_sent = json_array(),
      .messages_received = json_array(),
      .alerts_sent = json_array(),
      .alerts_received = json_array(),
      .info_exits = json_array(),
  };
}

void client_traffic_end(struct client_traffic *traffic, json_t *values) {
  const struct {
    const char *name;
    json_t *list;
  } lists[] = {
      {"messages_sent", traffic->messages_sent},
      {"messages_received", traffic->messages_received},
      {"alerts_sent", traffic->alerts_sent},
      {"alerts_received", traffic->alerts_received},
      {"info_exits", traffic->info_exits},
  };
  for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
    if (values != NULL) {
      json_object_set(values, lists[i].name, lists[i].list);
    }
    json_decref(lists[i].list);
  }
  *traffic = (struct client_traffic){0};
}

void client_note_exit(struct client_run *run, int value) {
  json_array_append_new(run->step.info_exits, json_integer(value));
  json_array_append_new(run->total.info_exits, json_integer(value));
}

void client_count_bytes(const struct client_run *run,
                        struct client_bytes *out) {
  *out = (struct client_bytes){0};
  for (const struct client_transport *t = run->transports; t != NULL;
       t = t->next) {
    out->sent += (json_int_t)t->transport.bytes_sent;
    out->received += (json_int_t)t->transport.bytes_received;
  }
}

/* The final values of the SSL object "ssl": its last I/O function, all that
 * was moved, and what can be read off it now. */
static json_t *end_values(struct client_run *run) {
  const struct client_ssl *object = client_find_ssl(run, FIRST_NAME);
  struct client_bytes bytes;
  json_t *values = json_object();
  int returned = object != NULL && object->has_returned;
  json_object_set_new(values, "return",
                      returned ? json_integer(object->returned) : json_null());
  json_object_set_new(values, "error",
                      returned
                          ? json_string(subject_error_symbol(object->error))
                          : json_null());
  json_object_set_new(
      values, "want",
      object != NULL && object->ssl != NULL
          ? json_string(subject_want_symbol(SSL_want(object->ssl)))
          : json_null());
  if (returned) {
    json_object_set(values, "reasons", object->reasons);
  } else {
    json_object_set_new(values, "reasons", json_array());
  }
  client_count_bytes(run, &bytes);
  json_object_set_new(values, "bytes_sent", json_integer(bytes.sent));
  json_object_set_new(values, "bytes_received", json_integer(bytes.received));
  json_object_set_new(values, "data", json_null());
  json_object_set_new(values, "bio_flags", json_null());
  json_object_set_new(values, "bio_retry_reason", json_null());
  client_traffic_end(&run->total, values);
  snapshot_add(values, run, object);
  return values;
}

static void free_subject(struct client_run *run) {
  while (run->ssls != NULL) {
    struct client_ssl *object = run->ssls;
    run->ssls = object->next;
    BIO_free_all(object->bio);
    SSL_free(object->ssl);
    json_decref(object->reasons);
    free(object->name);
    free(object);
  }
  SSL_SESSION_free(run->session);
  run->session = NULL;
  /* The callbacks reach the context through the SSL_CTX: free it last. */
  while (run->contexts != NULL) {
    struct client_context *context = run->contexts;
    run->contexts = context->next;
    SSL_CTX_free(context->ctx);
    free(context);
  }
  callback_drop_own_references(run);
}

static void free_transports(struct client_run *run) {
  while (run->transports != NULL) {
    struct client_transport *transport = run->transports;
    run->transports = transport->next;
    transport_drain(&transport->transport);
    transport_close(&transport->transport);
    free(transport);
  }
}

/* Ends the connections, frees what was made, and says how it ended. */
static void finish(struct client_run *run) {
  for (struct client_transport *t = run->transports; t != NULL; t = t->next) {
    transport_half_close(&t->transport);
  }

  json_t *values = run->failed ? NULL : end_values(run);
  client_traffic_end(&run->total, NULL);
  client_traffic_end(&run->step, NULL);
  free_subject(run);
  free_transports(run);
  if (values != NULL) {
    callback_count_objects(run, values, "_at_end");
    event_write_values(run->sink, json_pack("{s:s}", "event", "end"), values,
                       &run->values_before);
  }
  event_values_end(&run->values_before);
  event_values_end(&run->callback_before);
  snapshot_forget(&run->names_before);
  callback_free_objects(run);
}

int client_perform(const struct client_setting *setting) {
  struct client_run run = {
      .setting = setting, .pki = setting->pki, .sink = setting->sink};
  client_traffic_start(&run.total);
  /* What reading the test certificates, or a plan before, left there is none of
   * the plan's. */
  ERR_clear_error();
  subject_lack_forget();
  int ok = add_contexts(&run);
  if (ok && subject_lack() != NULL) {
    ok = client_fail(&run, "client");
  }
  for (size_t i = 0; ok && i < json_array_size(setting->plan->steps); i++) {
    ok = step_take(&run, json_array_get(setting->plan->steps, i), i);
  }
  finish(&run);
  return !run.failed;
}

/* Each text of |value| may name something of the PKI. */
static void add_names(const json_t *value, const struct pki *pki,
                      json_t *names) {
  const char *key;
  size_t i;
  json_t *inner;

  if (json_is_string(value) && pki_has(pki, json_string_value(value))) {
    json_object_set_new(names, json_string_value(value), json_true());
  }
  json_array_foreach(value, i, inner) {
    add_names(inner, pki, names);
  }
  json_object_foreach((json_t *)value, key, inner) {
    add_names(inner, pki, names);
  }
}

void client_names(const struct certspec_plan *plan, const struct pki *pki,
                  json_t *names) {
  add_names(plan->client, pki, names);
  add_names(plan->steps, pki, names);
}

void client_stock(const struct protocol *protocol) {
  /* What a fork does to the threads of QUIC objects nobody promises. */
  if (protocol->kind != PROTOCOL_QUIC) {
    stock_fill(method_of(protocol));
  }
  ERR_clear_error();
}

int client_check_plan(const struct certspec_plan *plan, const struct pki *pki,
                      struct certspec_error *error) {
  if (!client_keys_check(plan->client, pki, "client", error)) {
    return 0;
  }

  size_t i;
  const json_t *step;
  json_array_foreach(plan->steps, i, step) {
    char place[64];
    snprintf(place, sizeof(place), "steps[%zu]", i);
    if (!step_check(step, 0, pki, place, error)) {
      return 0;
    }
  }
  return 1;
}
