#include "callback.h"

#include <limits.h>
#include <openssl/err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client_keys.h"
#include "client_run.h"
#include "snapshot.h"
#include "step.h"
#include "subject.h"
#include "subject_quic.h"

/* What a "raise" puts onto the queue. */
enum { RAISED_USER_REASON = 1, RAISED_SYS_REASON = 5 /* EIO */ };

static const struct {
  const char *name;
  int library;
  int reason;
} RAISES[] = {
    {"ERR_LIB_USER", ERR_LIB_USER, RAISED_USER_REASON},
    {"ERR_LIB_SYS", ERR_LIB_SYS, RAISED_SYS_REASON},
};

enum { NUM_RAISES = sizeof(RAISES) / sizeof(RAISES[0]) };

const json_t *callback_script_next(struct callback_script *script) {
  const json_t *answer = json_array_get(script->answers, script->position);
  if (answer == NULL) {
    return NULL;
  }

  const json_t *times = json_object_get(answer, "times");
  script->given++;
  if (script->given >= (times != NULL ? json_integer_value(times) : 1)) {
    script->position++;
    script->given = 0;
  }
  return answer;
}

int callback_return_value(const json_t *value, int *out) {
  const char *name = json_string_value(value);
  if (name != NULL && strcmp(name, "INT_MIN") == 0) {
    *out = INT_MIN;
    return 1;
  }

  if (name != NULL && strcmp(name, "INT_MAX") == 0) {
    *out = INT_MAX;
    return 1;
  }

  json_int_t number = json_integer_value(value);
  *out = (int)number;
  return json_is_integer(value) && number >= INT_MIN && number <= INT_MAX;
}

/* What a call knows of itself. */
struct call {
  struct client_run *run;
  struct client_context *context;
  struct client_ssl *object;
  SSL *ssl;
  json_t *values; /* of its event; NULL for the other callback */
  const STACK_OF(X509_NAME) * ca_list;
};

static void record_entry(struct call *call, X509 *const *x509,
                         EVP_PKEY *const *pkey) {
  SSL *ssl = call->ssl;
  json_t *values = call->values;
  /* WARNING: on a QUIC object SSL_want waits for the lock that the caller of
   * the callback holds. */
  json_t *want = subject_is_quic(ssl)
                     ? json_null()
                     : json_string(subject_want_symbol(SSL_want(ssl)));

  ERR_set_mark();
  json_object_set_new(
      values, "ssl",
      call->object != NULL ? json_string(call->object->name) : json_null());
  json_object_set_new(values, "ctx", json_string(call->context->name));
  if (x509 != NULL && pkey != NULL) {
    json_object_set_new(values, "x509_null", json_boolean(*x509 == NULL));
    json_object_set_new(values, "pkey_null", json_boolean(*pkey == NULL));
  }
  json_object_set_new(values, "want", want);
  json_object_set_new(values, "state", json_string(subject_state_symbol(ssl)));
  json_object_set_new(values, "in_init", json_boolean(SSL_in_init(ssl)));
  json_object_set_new(values, "version", json_string(SSL_get_version(ssl)));
  json_object_set_new(values, "ca_list",
                      snapshot_names(call->run, call->ca_list));
  json_object_set_new(values, "peer_certificate",
                      snapshot_peer_certificate(call->run, ssl));
  json_object_set_new(values, "certificate_types",
                      snapshot_certificate_types(ssl));
  json_object_set_new(values, "signature_algorithms",
                      snapshot_signature_algorithms(ssl));
  ERR_pop_to_mark();
}

/* The object for one certificate or key that is handed over now, or NULL when
 * it cannot be made. */
static struct callback_object *object_to_hand(struct client_run *run,
                                              const char *name, int is_key,
                                              int borrow) {
  for (struct callback_object *o = run->objects; borrow && o != NULL;
       o = o->next) {
    if (o->borrowed_as != NULL && (o->key != NULL) == is_key &&
        strcmp(o->borrowed_as, name) == 0) {
      return o;
    }
  }

  struct callback_object *object = calloc(1, sizeof(*object));
  if (object == NULL) {
    return NULL;
  }

  object->name = name;
  object->borrowed_as = borrow ? name : NULL;
  if (is_key) {
    object->key = pki_new_key(run->pki, name);
    object->countable = object->key != NULL &&
                        subject_on_key_freed(object->key, &object->num_freed);
  } else {
    object->certificate = pki_new_certificate(run->pki, name);
    object->countable =
        object->certificate != NULL &&
        subject_on_certificate_freed(object->certificate, &object->num_freed);
  }
  if (object->key == NULL && object->certificate == NULL) {
    free(object);
    return NULL;
  }

  object->next = run->objects;
  run->objects = object;
  return object;
}

/* Hands over |name| as a certificate or as a key. 1, or 0 after an event. */
static int hand_over(struct client_run *run, const char *name, int borrow,
                     X509 **x509, EVP_PKEY **pkey) {
  struct callback_object *object =
      object_to_hand(run, name, pkey != NULL, borrow);
  if (object == NULL) {
    return client_fail(run, "the callback cannot make a %s of \"%s\"",
                       pkey != NULL ? "key" : "certificate", name);
  }

  object->num_handed++;
  if (pkey != NULL) {
    if (borrow && !EVP_PKEY_up_ref(object->key)) {
      return client_fail(run, "EVP_PKEY_up_ref");
    }
    *pkey = object->key;
    return 1;
  }

  if (borrow && !X509_up_ref(object->certificate)) {
    return client_fail(run, "X509_up_ref");
  }
  *x509 = object->certificate;
  return 1;
}

/* Whether the issuer of |certificate| stands in the CA list. */
static int issuer_is_listed(const SSL *ssl, const X509 *certificate) {
  const STACK_OF(X509_NAME) *list = SSL_get_client_CA_list(ssl);
  for (int i = 0; list != NULL && i < sk_X509_NAME_num(list); i++) {
    if (X509_NAME_cmp(sk_X509_NAME_value(list, i),
                      X509_get_issuer_name(certificate)) == 0) {
      return 1;
    }
  }
  return 0;
}

/* The name that "select" comes to, or NULL. */
static const char *select_by_issuer(const struct call *call,
                                    const json_t *names) {
  size_t i;
  const json_t *name;
  json_array_foreach(names, i, name) {
    X509 *certificate =
        pki_certificate(call->run->pki, json_string_value(name));
    if (certificate != NULL && issuer_is_listed(call->ssl, certificate)) {
      return json_string_value(name);
    }
  }
  return NULL;
}

static int find_raise(const char *name) {
  for (int i = 0; name != NULL && i < NUM_RAISES; i++) {
    if (strcmp(RAISES[i].name, name) == 0) {
      return i;
    }
  }
  return -1;
}

int callback_is_error(const char *name) {
  return find_raise(name) >= 0;
}

void callback_raise(const json_t *names) {
  size_t i;
  const json_t *name;
  json_array_foreach(names, i, name) {
    int found = find_raise(json_string_value(name));
    if (found >= 0) {
      subject_raise(RAISES[found].library, RAISES[found].reason);
    }
  }
}

static void take_steps(const struct call *call, const json_t *steps) {
  json_t *seen = json_array();
  size_t i;
  const json_t *step;
  json_array_foreach(steps, i, step) {
    json_t *values = NULL;
    if (!step_take_nested(call->run, step, call->object, &values)) {
      break;
    }
    json_array_append_new(seen, values);
  }
  if (call->values != NULL && json_array_size(steps) > 0) {
    json_object_set(call->values, "steps", seen);
  }
  json_decref(seen);
}

/* Does what |answer| says and returns what the callback returns. */
static int give_answer(const struct call *call, const json_t *answer,
                       X509 **x509, EVP_PKEY **pkey) {
  const json_t *select = json_object_get(answer, "select");
  const char *certificate =
      json_string_value(json_object_get(answer, "certificate"));
  const char *key = json_string_value(json_object_get(answer, "key"));
  int borrow = json_is_true(json_object_get(answer, "borrow"));
  int value = 0;

  take_steps(call, json_object_get(answer, "do"));
  if (select != NULL) {
    certificate = select_by_issuer(call, select);
    key = certificate;
    value = certificate != NULL;
  } else {
    callback_return_value(json_object_get(answer, "return"), &value);
  }

  if (certificate != NULL && x509 != NULL &&
      !hand_over(call->run, certificate, borrow, x509, NULL)) {
    return 0;
  }

  if (key != NULL && pkey != NULL &&
      !hand_over(call->run, key, borrow, NULL, pkey)) {
    return 0;
  }

  callback_raise(json_object_get(answer, "raise"));
  return value;
}

static void call_begin(struct call *out, SSL *ssl, int with_values) {
  /* SSL_get_SSL_CTX changes with SSL_set_SSL_CTX, and so does the script. */
  out->context = SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl));
  out->run = out->context->run;
  out->object = client_find_ssl_of(out->run, ssl);
  out->ssl = ssl;
  out->ca_list = SSL_get_client_CA_list(ssl);
  out->values = with_values ? json_object() : NULL;
}

/* Runs one call of |script|: from the entry's record to the event. */
static int run_call(struct call *call, struct callback_script *script,
                    const char *which, unsigned index, X509 **x509,
                    EVP_PKEY **pkey) {
  event_log(call->run->sink, "callback", NULL, which, -1, "called");
  if (call->values != NULL) {
    record_entry(call, x509, pkey);
  }

  int value = 0;
  const json_t *answer = callback_script_next(script);
  if (answer != NULL) {
    value = give_answer(call, answer, x509, pkey);
  } else if (call->values != NULL) {
    call->run->num_unscripted_calls++;
  }

  char detail[32];
  snprintf(detail, sizeof(detail), "returns %d", value);
  event_log(call->run->sink, "callback", NULL, which, -1, detail);
  if (call->values != NULL) {
    json_object_set_new(call->values, "return", json_integer(value));
    event_write_values(call->run->sink,
                       json_pack("{s:s, s:s, s:i}", "event", "callback",
                                 "which", which, "index", (int)index),
                       call->values, &call->run->callback_before);
  }
  return value;
}

int callback_client_cert(SSL *ssl, X509 **x509, EVP_PKEY **pkey) {
  struct call call;
  call_begin(&call, ssl, 1);
  unsigned index = call.run->num_callback_calls++;
  if (call.object != NULL) {
    call.object->num_callback_calls++;
  }
  return run_call(&call, &call.context->scripted, "client_cert_cb", index, x509,
                  pkey);
}

int callback_other_client_cert(SSL *ssl, X509 **x509, EVP_PKEY **pkey) {
  struct call call;
  call_begin(&call, ssl, 0);
  unsigned index = call.run->num_other_callback_calls++;
  return run_call(&call, &call.context->other, "other_client_cert_cb", index,
                  x509, pkey);
}

int callback_cert(SSL *ssl, void *arg) {
  struct call call;
  (void)arg;
  call_begin(&call, ssl, 1);
  unsigned index = call.run->num_cert_cb_calls++;
  return run_call(&call, &call.context->cert_cb, "cert_cb", index, NULL, NULL);
}

/* As a client_cert_cb, but that it is handed the CA list. */
int callback_engine(SSL *ssl, STACK_OF(X509_NAME) * ca_list, X509 **x509,
                    EVP_PKEY **pkey) {
  struct call call;
  call_begin(&call, ssl, 1);
  call.ca_list = ca_list;
  unsigned index = call.run->num_engine_calls++;
  return run_call(&call, &call.context->engine, "engine", index, x509, pkey);
}

const char *callback_registered_name(SSL_CTX *ctx) {
  int (*registered)(SSL *, X509 **, EVP_PKEY **) =
      SSL_CTX_get_client_cert_cb(ctx);
  if (registered == NULL) {
    return NULL;
  }

  if (registered == callback_client_cert) {
    return "scripted";
  }

  return registered == callback_other_client_cert ? "other" : "unknown";
}

void callback_count_objects(const struct client_run *run, json_t *values,
                            const char *suffix) {
  /* [0]: certificates, [1]: keys */
  json_int_t handed[2] = {0, 0};
  json_int_t freed[2] = {0, 0};
  int countable[2] = {1, 1};
  static const char *const NAMES[2] = {"certificates", "keys"};
  for (const struct callback_object *o = run->objects; o != NULL; o = o->next) {
    int is_key = o->key != NULL;
    handed[is_key]++;
    freed[is_key] += o->num_freed;
    countable[is_key] &= o->countable;
  }

  for (int i = 0; i < 2; i++) {
    char name[64];
    snprintf(name, sizeof(name), "%s_handed", NAMES[i]);
    json_object_set_new(values, name, json_integer(handed[i]));
    snprintf(name, sizeof(name), "%s_freed%s", NAMES[i], suffix);
    json_object_set_new(values, name,
                        countable[i] ? json_integer(freed[i]) : json_null());
  }
}

const char *callback_name_of_key(const struct client_run *run,
                                 const EVP_PKEY *key) {
  for (const struct callback_object *o = run->objects; o != NULL; o = o->next) {
    if (o->key == key && key != NULL && o->countable && o->num_freed == 0) {
      return pki_name_of_key_called(run->pki, o->name);
    }
  }
  return NULL;
}

void callback_drop_own_references(struct client_run *run) {
  for (struct callback_object *o = run->objects; o != NULL; o = o->next) {
    if (o->borrowed_as != NULL) {
      X509_free(o->certificate);
      EVP_PKEY_free(o->key);
    }
  }
}

void callback_free_objects(struct client_run *run) {
  while (run->objects != NULL) {
    struct callback_object *o = run->objects;
    /* What cannot be counted may be gone already, and is left alone. */
    for (unsigned i = 0; o->countable && i < o->num_handed; i++) {
      if (o->num_freed == 0) {
        X509_free(o->certificate);
      }
      if (o->num_freed == 0) {
        EVP_PKEY_free(o->key);
      }
    }
    run->objects = o->next;
    free(o);
  }
}
