/* Steps on an SSL object and its connection. */
#include <limits.h>
#include <openssl/err.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "blocking.h"
#include "step.h"
#include "subject.h"
#include "subject_quic.h"

enum { DEFAULT_READ_BYTES = 16384, MAX_READ_BYTES = 1 << 20 };

/* Keeps the session of |object|, before it can be taken from it. */
static void keep_session(struct client_run *run,
                         const struct client_ssl *object) {
  SSL_SESSION *session =
      object->ssl != NULL ? SSL_get1_session(object->ssl) : NULL;
  if (session == NULL) {
    return;
  }

  SSL_SESSION_free(run->session);
  run->session = session;
}

/* Offers the last session when the step says "resume", else none. */
static int offer_session(struct step_call *call) {
  SSL_SESSION *session = step_flag(call, "resume") ? call->run->session : NULL;
  if (session == NULL && step_flag(call, "resume")) {
    return client_fail(call->run, "\"resume\", but there was no session yet");
  }

  return SSL_set_session(call->object->ssl, session) ||
         client_fail(call->run, "SSL_set_session");
}

static int take_new(struct step_call *call) {
  struct client_context *context = step_context(call);
  const char *name = step_text(call, "ssl", "ssl");
  if (context == NULL) {
    return 0;
  }

  if (call->object != NULL && call->object->ssl != NULL) {
    return client_fail(call->run, "there is an SSL object \"%s\" already",
                       name);
  }

  for (struct client_ssl *s = call->run->ssls; s != NULL; s = s->next) {
    keep_session(call->run, s);
  }
  call->object = client_new_ssl(call->run, name, context,
                                json_object_get(call->step, "server"));
  return call->object != NULL &&
         (!step_flag(call, "resume") || offer_session(call));
}

static int take_dup(struct step_call *call) {
  struct client_ssl *original = call->object;
  const char *name = step_text(call, "as", "dup");
  SSL *ssl = SSL_dup(original->ssl);
  json_object_set_new(call->values, "return",
                      ssl == NULL            ? json_null()
                      : ssl == original->ssl ? json_string("same")
                                             : json_string("new"));
  if (ssl == NULL) {
    return 1;
  }

  struct client_ssl *made = client_find_ssl(call->run, name);
  if (made != NULL && made->ssl != NULL) {
    SSL_free(ssl);
    return client_fail(call->run, "there is an SSL object \"%s\" already",
                       name);
  }

  made = client_add_ssl(call->run, name, original->context, ssl);
  if (made == NULL) {
    return 0;
  }

  /* Once a handshake has begun, SSL_dup is one more reference. */
  if (ssl == original->ssl) {
    made->transport = original->transport;
    return 1;
  }

  return client_connect(call->run, made, json_object_get(call->step, "server"));
}

static int take_connect(struct step_call *call) {
  int value;
  do {
    value = SSL_connect(call->object->ssl);
  } while (blocking_again(call->object, value));
  step_returned(call, value);
  return 1;
}

static int take_handshake(struct step_call *call) {
  int value;
  do {
    value = SSL_do_handshake(call->object->ssl);
  } while (blocking_again(call->object, value));
  step_returned(call, value);
  return 1;
}

/* The text that was read, or "hex:..." when it is no UTF-8. */
static json_t *text_of(const unsigned char *bytes, int num) {
  json_t *text = json_stringn((const char *)bytes, (size_t)num);
  if (text != NULL) {
    return text;
  }

  char *hex = OPENSSL_buf2hexstr(bytes, num);
  text = json_sprintf("hex:%s", hex != NULL ? hex : "");
  OPENSSL_free(hex);
  return text;
}

static int read_with(struct step_call *call,
                     int (*read_function)(SSL *ssl, void *buffer, int num)) {
  json_int_t num = step_number(call, "bytes", DEFAULT_READ_BYTES);
  if (num < 0 || num > MAX_READ_BYTES) {
    return client_fail(call->run, "\"bytes\" is not between 0 and %d",
                       MAX_READ_BYTES);
  }

  unsigned char *buffer = malloc((size_t)num + 1);
  if (buffer == NULL) {
    return client_fail(call->run, "out of memory");
  }

  int returned;
  do {
    returned = read_function(call->object->ssl, buffer, (int)num);
  } while (blocking_again(call->object, returned));
  step_returned(call, returned);
  if (returned > 0) {
    json_object_set_new(call->values, "data", text_of(buffer, returned));
  }
  free(buffer);
  return 1;
}

static int take_read(struct step_call *call) {
  return read_with(call, SSL_read);
}

static int take_peek(struct step_call *call) {
  return read_with(call, SSL_peek);
}

static int take_write(struct step_call *call) {
  const char *data = step_text(call, "data", "hello");
  int value;
  do {
    value = SSL_write(call->object->ssl, data, (int)strlen(data));
  } while (blocking_again(call->object, value));
  step_returned(call, value);
  return 1;
}

static int take_shutdown(struct step_call *call) {
  step_returned(call, SSL_shutdown(call->object->ssl));
  return 1;
}

static int take_clear(struct step_call *call) {
  keep_session(call->run, call->object);
  step_returned(call, SSL_clear(call->object->ssl));
  return 1;
}

static int take_free(struct step_call *call) {
  keep_session(call->run, call->object);
  client_free_ssl(call->object);
  return 1;
}

static int take_reconnect(struct step_call *call) {
  keep_session(call->run, call->object);
  return client_connect(call->run, call->object,
                        json_object_get(call->step, "server")) &&
         offer_session(call);
}

static int take_set_connect_state(struct step_call *call) {
  SSL_set_connect_state(call->object->ssl);
  return 1;
}

static int take_renegotiate(struct step_call *call) {
  step_returned(call, SSL_renegotiate(call->object->ssl));
  return 1;
}

static int take_renegotiate_abbreviated(struct step_call *call) {
  step_returned(call, SSL_renegotiate_abbreviated(call->object->ssl));
  return 1;
}

static int take_renegotiate_pending(struct step_call *call) {
  step_returned(call, SSL_renegotiate_pending(call->object->ssl));
  return 1;
}

static int take_key_update(struct step_call *call) {
  int type = step_flag(call, "request") ? SSL_KEY_UPDATE_REQUESTED
                                        : SSL_KEY_UPDATE_NOT_REQUESTED;
  step_returned(call, SSL_key_update(call->object->ssl, type));
  return 1;
}

static int take_pending(struct step_call *call) {
  step_returned(call, SSL_pending(call->object->ssl));
  return 1;
}

static int take_has_pending(struct step_call *call) {
  step_returned(call, SSL_has_pending(call->object->ssl));
  return 1;
}

static int take_get_error(struct step_call *call) {
  const struct client_ssl *object = call->object;
  int value = (int)step_number(call, "value",
                               object->has_returned ? object->returned : -1);
  int error = SSL_get_error(object->ssl, value);
  json_object_set_new(call->values, "return",
                      json_string(subject_error_symbol(error)));
  return 1;
}

static int take_set_shutdown(struct step_call *call) {
  SSL_set_shutdown(call->object->ssl,
                   SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
  return 1;
}

static int take_copy_session_id(struct step_call *call) {
  const char *name = step_text(call, "from", "");
  const struct client_ssl *from = client_find_ssl(call->run, name);
  if (from == NULL || from->ssl == NULL) {
    return client_fail(call->run, "there is no SSL object \"%s\"", name);
  }

  step_returned(call, SSL_copy_session_id(call->object->ssl, from->ssl));
  return 1;
}

static int take_set_session_null(struct step_call *call) {
  step_returned(call, SSL_set_session(call->object->ssl, NULL));
  return 1;
}

static int take_set_session(struct step_call *call) {
  if (call->run->session == NULL) {
    return client_fail(call->run, "there was no session yet");
  }

  step_returned(call, SSL_set_session(call->object->ssl, call->run->session));
  return 1;
}

static int take_wait(struct step_call *call) {
  int for_data = strcmp(step_text(call, "for", "close"), "data") == 0;
  struct transport *transport = call->object->transport;
  step_returned(call, transport != NULL && transport_wait(transport, for_data));
  return 1;
}

/* Waits for the DTLS timer, then lets it do its work. */
static int take_handle_timeout(struct step_call *call) {
  SSL *ssl = call->object->ssl;
  struct timeval left;
  if (!SSL_is_dtls(ssl)) {
    return client_fail(call->run, "handle_timeout is for DTLS");
  }

  if (DTLSv1_get_timeout(ssl, &left)) {
    struct timespec pause = {.tv_sec = left.tv_sec,
                             .tv_nsec = left.tv_usec * 1000L};
    if ((double)left.tv_sec > call->run->setting->deadline) {
      return client_fail(call->run,
                         "the DTLS timer does not end within the deadline: "
                         "\"datagrams\" needs \"timeout\"");
    }
    while (nanosleep(&pause, &pause) != 0) {
    }
  }
  step_returned(call, (int)DTLSv1_handle_timeout(ssl));
  return 1;
}

static int take_get_timeout(struct step_call *call) {
  struct timeval left;
  step_returned(call, (int)DTLSv1_get_timeout(call->object->ssl, &left));
  return 1;
}

static int take_handle_events(struct step_call *call) {
  step_returned(call, subject_handle_events(call->object->ssl));
  return 1;
}

static int take_half_close(struct step_call *call) {
  if (call->object->transport != NULL) {
    transport_half_close(call->object->transport);
  }
  return 1;
}

static int take_inspect(struct step_call *call) {
  (void)call;
  return 1;
}

static const struct step_row ROWS[] = {
    {{"new", "ctx server resume",
      "SSL_new, a connection, SSL_set_connect_state; done by itself for "
      "\"ssl\" at its first use"},
     "",
     "SSL_new",
     STEP_OBJECT,
     take_new},
    {{"dup", "as server",
      "SSL_dup into the object called by \"as\" (default \"dup\"), with a "
      "connection of its own; returns \"new\", \"same\" or null"},
     "",
     "SSL_dup",
     STEP_SSL,
     take_dup},
    {{"connect", "", "SSL_connect"}, "", "SSL_connect", STEP_IO, take_connect},
    {{"handshake", "", "SSL_do_handshake"},
     "",
     "SSL_do_handshake",
     STEP_IO,
     take_handshake},
    {{"read", "bytes", "SSL_read of at most \"bytes\" (16384)"},
     "",
     "SSL_read",
     STEP_IO,
     take_read},
    {{"peek", "bytes", "SSL_peek of at most \"bytes\" (16384)"},
     "",
     "SSL_peek",
     STEP_IO,
     take_peek},
    {{"write", "data", "SSL_write of \"data\" (\"hello\")"},
     "",
     "SSL_write",
     STEP_IO,
     take_write},
    {{"shutdown", "", "SSL_shutdown"},
     "",
     "SSL_shutdown",
     STEP_IO,
     take_shutdown},
    {{"clear", "", "SSL_clear"}, "", "SSL_clear", STEP_SSL, take_clear},
    {{"free", "", "SSL_free; the server sees the end of the connection"},
     "",
     "SSL_free",
     STEP_SSL,
     take_free},
    {{"reconnect", "server resume",
      "SSL_set_bio with a new connection, and SSL_set_session with the last "
      "session (\"resume\") or NULL"},
     "",
     "SSL_set_bio",
     STEP_SSL,
     take_reconnect},
    {{"set_connect_state", "", "SSL_set_connect_state"},
     "",
     "SSL_set_connect_state",
     STEP_SSL,
     take_set_connect_state},
    {{"renegotiate", "", "SSL_renegotiate"},
     "",
     "SSL_renegotiate",
     STEP_SSL,
     take_renegotiate},
    {{"renegotiate_abbreviated", "", "SSL_renegotiate_abbreviated"},
     "",
     "SSL_renegotiate_abbreviated",
     STEP_SSL,
     take_renegotiate_abbreviated},
    {{"renegotiate_pending", "", "SSL_renegotiate_pending"},
     "",
     "SSL_renegotiate_pending",
     STEP_SSL,
     take_renegotiate_pending},
    {{"key_update", "request",
      "SSL_key_update; \"request\": ask the server for its own too"},
     "",
     "SSL_key_update",
     STEP_SSL,
     take_key_update},
    {{"pending", "", "SSL_pending"}, "", "SSL_pending", STEP_SSL, take_pending},
    {{"has_pending", "", "SSL_has_pending"},
     "",
     "SSL_has_pending",
     STEP_SSL,
     take_has_pending},
    {{"get_error", "value",
      "SSL_get_error once more, asked with \"value\" (default: what the last "
      "I/O function returned); returns the symbol"},
     "",
     "SSL_get_error",
     STEP_SSL,
     take_get_error},
    {{"set_shutdown", "", "SSL_set_shutdown, both directions"},
     "",
     "SSL_set_shutdown",
     STEP_SSL,
     take_set_shutdown},
    {{"copy_session_id", "from",
      "SSL_copy_session_id from the object \"from\""},
     "from",
     "SSL_copy_session_id",
     STEP_SSL,
     take_copy_session_id},
    {{"set_session", "", "SSL_set_session with the last session"},
     "",
     "SSL_set_session",
     STEP_SSL,
     take_set_session},
    {{"set_session_null", "", "SSL_set_session with NULL"},
     "",
     "SSL_set_session",
     STEP_SSL,
     take_set_session_null},
    {{"wait", "for",
      "wait until the server has ended its direction (\"for\": \"data\": or "
      "until it has sent something); returns 0 at the deadline"},
     "",
     "poll",
     STEP_SSL,
     take_wait},
    {{"handle_timeout", "",
      "DTLSv1_handle_timeout, after waiting for what DTLSv1_get_timeout says"},
     "",
     "DTLSv1_handle_timeout",
     STEP_IO,
     take_handle_timeout},
    {{"get_timeout", "",
      "DTLSv1_get_timeout: 1 while the DTLS timer is running"},
     "",
     "DTLSv1_get_timeout",
     STEP_SSL,
     take_get_timeout},
    {{"handle_events", "", "SSL_handle_events, once"},
     "",
     "SSL_handle_events",
     STEP_IO,
     take_handle_events},
    {{"half_close", "", "shutdown(SHUT_WR) of the connection"},
     "",
     "shutdown",
     STEP_SSL,
     take_half_close},
    {{"inspect", "", "nothing: only looks"},
     "",
     "inspect",
     STEP_LOOK,
     take_inspect},
};

const struct step_row *step_connection_table(size_t *out_num) {
  *out_num = sizeof(ROWS) / sizeof(ROWS[0]);
  return ROWS;
}
