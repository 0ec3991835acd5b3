#include "step.h"

#include <openssl/err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client_keys.h"
#include "snapshot.h"
#include "subject.h"
#include "subject_lack.h"

enum { MAX_STEPS = 96 };

/* What a key of a step holds. */
enum step_key_kind {
  KIND_ANY, /* checked elsewhere */
  KIND_BOOLEAN,
  KIND_INTEGER,
  KIND_TEXT,
  KIND_TEXTS,
  KIND_OBJECT,
  KIND_CERTIFICATE,
  KIND_CERTIFICATES,
  KIND_KEY,
  KIND_ON,     /* "ssl" or "ctx" */
  KIND_FOR,    /* "close" or "data" */
  KIND_TO,     /* a callback's name, or null */
  KIND_ERRORS, /* list of errors to raise */
};

struct step_key {
  const char *name;
  enum step_key_kind kind;
};

/* Keys that every step takes. */
static const struct step_key COMMON_KEYS[] = {
    {"do", KIND_TEXT},
    {"ssl", KIND_TEXT},
    {"expect", KIND_ANY},
    {"expect_on", KIND_ANY},
    {"observe", KIND_ANY},
    {"observe_on", KIND_ANY},
    {"protocols", KIND_ANY},
    {"times", KIND_ANY},
    {"keep_errors", KIND_BOOLEAN},
};

/* Keys that steps list in their row: one meaning each. */
static const struct step_key OWN_KEYS[] = {
    {"as", KIND_TEXT},
    {"bytes", KIND_INTEGER},
    {"certificate", KIND_CERTIFICATE},
    {"chain", KIND_CERTIFICATES},
    {"ctx", KIND_TEXT},
    {"data", KIND_TEXT},
    {"errors", KIND_ERRORS},
    {"for", KIND_FOR},
    {"from", KIND_TEXT},
    {"key", KIND_KEY},
    {"level", KIND_INTEGER},
    {"names", KIND_TEXTS},
    {"on", KIND_ON},
    {"override", KIND_BOOLEAN},
    {"request", KIND_BOOLEAN},
    {"resume", KIND_BOOLEAN},
    {"server", KIND_OBJECT},
    {"to", KIND_TO},
    {"value", KIND_INTEGER},
};

#define NUM(table) (sizeof(table) / sizeof((table)[0]))

typedef const struct step_row *step_theme(size_t *out_num);

static step_theme *const THEMES[] = {
    step_connection_table, step_bio_table, step_credential_table,
    step_context_table,    step_io_table,  step_watch_table,
    step_early_data_table,
};

static const struct step_row *find_row(const char *name) {
  for (size_t t = 0; name != NULL && t < NUM(THEMES); t++) {
    size_t num;
    const struct step_row *rows = THEMES[t](&num);
    for (size_t i = 0; i < num; i++) {
      if (strcmp(rows[i].about.name, name) == 0) {
        return &rows[i];
      }
    }
  }
  return NULL;
}

const struct step_about *client_steps(size_t *out_num) {
  static struct step_about all[MAX_STEPS];
  size_t total = 0;
  for (size_t t = 0; t < NUM(THEMES); t++) {
    size_t num;
    const struct step_row *rows = THEMES[t](&num);
    for (size_t i = 0; i < num && total < MAX_STEPS; i++) {
      all[total++] = rows[i].about;
    }
  }
  *out_num = total;
  return all;
}

const char *step_text(const struct step_call *call, const char *key,
                      const char *fallback) {
  const char *text = json_string_value(json_object_get(call->step, key));
  return text != NULL ? text : fallback;
}

json_int_t step_number(const struct step_call *call, const char *key,
                       json_int_t fallback) {
  const json_t *number = json_object_get(call->step, key);
  return number != NULL ? json_integer_value(number) : fallback;
}

int step_flag(const struct step_call *call, const char *key) {
  return json_is_true(json_object_get(call->step, key));
}

int step_on_ctx(const struct step_call *call) {
  return strcmp(step_text(call, "on", "ssl"), "ctx") == 0;
}

struct client_context *step_context(struct step_call *call) {
  const char *name = step_text(call, "ctx", "ctx");
  struct client_context *context = client_find_context(call->run, name);
  if (context == NULL) {
    client_fail(call->run, "there is no SSL_CTX \"%s\"", name);
    return NULL;
  }

  if (context->ctx == NULL) {
    client_fail(call->run, "the SSL_CTX \"%s\" was freed", name);
    return NULL;
  }

  return context;
}

void step_returned(struct step_call *call, int value) {
  json_object_set_new(call->values, "return", json_integer(value));
}

/* Whether the row needs an SSL object for this step. */
static int needs_ssl(const struct step_row *row, const struct step_call *call) {
  return row->kind != STEP_OBJECT && !step_on_ctx(call);
}

/* Sets the step's SSL object; "ssl" is made at its first use. */
static int find_object(struct step_call *call, const struct step_row *row,
                       const char *name) {
  struct client_run *run = call->run;
  call->object = client_find_ssl(run, name);
  if (!needs_ssl(row, call)) {
    return 1;
  }

  if (call->object == NULL && strcmp(name, "ssl") == 0) {
    call->object = client_new_ssl(run, name, run->contexts, NULL);
    return call->object != NULL;
  }

  if (call->object == NULL) {
    return client_fail(run, "there is no SSL object \"%s\"", name);
  }

  if (call->object->ssl == NULL && row->kind != STEP_LOOK) {
    return client_fail(run, "the SSL object \"%s\" was freed", name);
  }

  return 1;
}

/* Asks SSL_get_error first, SSL_want second and the queue last, for each of
 * them can change what the next one says. */
static void record_error(struct step_call *call, const struct step_row *row,
                         int keep_errors) {
  struct client_ssl *object = call->object;
  SSL *ssl = object != NULL ? object->ssl : NULL;
  const json_t *returned = json_object_get(call->values, "return");
  if (row->kind == STEP_IO && ssl != NULL) {
    object->has_returned = 1;
    object->returned = (int)json_integer_value(returned);
    object->error = SSL_get_error(ssl, object->returned);
  }

  int want = ssl != NULL ? SSL_want(ssl) : 0;
  json_object_set_new(
      call->values, "want",
      ssl != NULL ? json_string(subject_want_symbol(want)) : json_null());
  json_object_set_new(call->values, "error",
                      ssl != NULL && object->has_returned
                          ? json_string(subject_error_symbol(object->error))
                          : json_null());

  json_t *reasons = snapshot_queue(keep_errors);
  if (row->kind == STEP_IO && ssl != NULL) {
    json_decref(object->reasons);
    object->reasons = json_incref(reasons);
  }
  json_object_set_new(call->values, "reasons", reasons);
}

static void log_return(const struct step_call *call, const struct step_row *row,
                       const char *api) {
  const json_t *value = json_object_get(call->values, "return");
  char number[64];
  char detail[128];
  const char *text = json_string_value(value);
  if (json_is_integer(value)) {
    snprintf(number, sizeof(number), "%" JSON_INTEGER_FORMAT,
             json_integer_value(value));
    text = number;
  }

  snprintf(
      detail, sizeof(detail), "%s%s%s", text != NULL ? text : "",
      row->kind == STEP_IO ? " " : "",
      row->kind == STEP_IO ? subject_error_symbol(call->object->error) : "");
  event_log(call->run->sink, "return", NULL, api, -1, detail);
}

/* The API function's name: SSL_CTX_... where the step works on an SSL_CTX. */
static const char *api_name(const struct step_call *call,
                            const struct step_row *row, char space[64]) {
  int is_ctx = step_on_ctx(call) && strncmp(row->api, "SSL_", 4) == 0;
  snprintf(space, 64, "%s%s", is_ctx ? "SSL_CTX_" : "",
           row->api + (is_ctx ? 4 : 0));
  return space;
}

/* Calls the row's function between its two log lines. */
static int call_row(struct step_call *call, const struct step_row *row,
                    const char *name, int keep_errors) {
  char space[64];
  const char *api = api_name(call, row, space);
  event_log(call->run->sink, "call", NULL, api, -1, name);
  if (call->object != NULL && call->object->transport != NULL) {
    transport_begin_call(call->object->transport);
  }

  if (!row->take(call)) {
    return 0;
  }

  /* "new" and "dup" make their object only now. */
  if (call->object == NULL) {
    call->object = client_find_ssl(call->run, name);
  }
  record_error(call, row, keep_errors);
  log_return(call, row, api);
  return 1;
}

static json_t *new_values(void) {
  json_t *values = json_object();
  json_object_set_new(values, "return", json_null());
  json_object_set_new(values, "data", json_null());
  json_object_set_new(values, "bio_flags", json_null());
  json_object_set_new(values, "bio_retry_reason", json_null());
  return values;
}

int step_take(struct client_run *run, const json_t *step, size_t index) {
  struct step_call call = {.run = run, .step = step};
  const struct step_row *row =
      find_row(json_string_value(json_object_get(step, "do")));
  const char *name = step_text(&call, "ssl", "ssl");
  int keep_errors = step_flag(&call, "keep_errors");
  struct client_bytes before;
  struct client_bytes after;
  if (row == NULL) {
    return client_fail(run, "steps[%zu]: unknown step", index);
  }

  if (!keep_errors) {
    ERR_clear_error();
  }
  if (!find_object(&call, row, name)) {
    return 0;
  }

  call.values = new_values();
  client_traffic_start(&run->step);
  client_count_bytes(run, &before);
  if (!call_row(&call, row, name, keep_errors) || run->failed ||
      subject_lack() != NULL) {
    json_decref(call.values);
    return client_fail(run, "steps[%zu]: %s", index, row->about.name);
  }

  client_count_bytes(run, &after);
  json_object_set_new(call.values, "bytes_sent",
                      json_integer(after.sent - before.sent));
  json_object_set_new(call.values, "bytes_received",
                      json_integer(after.received - before.received));
  client_traffic_end(&run->step, call.values);
  snapshot_add(call.values, run, call.object);
  event_write_values(
      run->sink,
      json_pack("{s:s, s:I}", "event", "step", "index", (json_int_t)index),
      call.values, &run->values_before);
  return 1;
}

int step_take_nested(struct client_run *run, const json_t *step,
                     struct client_ssl *object, json_t **out_values) {
  struct step_call call = {.run = run, .step = step};
  const char *word = json_string_value(json_object_get(step, "do"));
  const struct step_row *row = find_row(word);
  const char *name =
      step_text(&call, "ssl", object != NULL ? object->name : "ssl");
  if (row == NULL) {
    return client_fail(run, "unknown step in a callback");
  }

  if (!find_object(&call, row, name)) {
    return 0;
  }

  call.values = new_values();
  if (!call_row(&call, row, name, 1)) {
    json_decref(call.values);
    return client_fail(run, "in a callback: %s", word);
  }

  *out_values = json_pack("{s:s, s:O, s:O}", "do", word, "return",
                          json_object_get(call.values, "return"), "error",
                          json_object_get(call.values, "error"));
  json_decref(call.values);
  return 1;
}

/* Whether |key| is one of the words of |keys|. */
static int is_listed(const char *keys, const char *key) {
  size_t len = strlen(key);
  const char *at = keys;
  while ((at = strstr(at, key)) != NULL) {
    if ((at == keys || at[-1] == ' ') && (at[len] == ' ' || at[len] == '\0')) {
      return 1;
    }
    at += len;
  }
  return 0;
}

static int is_any_text(const char *text) {
  (void)text;
  return 1;
}

static int is_list_of(const json_t *value, int (*is_right)(const char *text)) {
  size_t i;
  const json_t *entry;
  json_array_foreach(value, i, entry) {
    if (!json_is_string(entry) || !is_right(json_string_value(entry))) {
      return 0;
    }
  }
  return json_is_array(value);
}

static int is_either(const char *text, const char *one, const char *other) {
  return text != NULL && (strcmp(text, one) == 0 || strcmp(text, other) == 0);
}

static int check_certificates(const json_t *names, const struct pki *pki,
                              const char *place, struct certspec_error *error) {
  size_t i;
  const json_t *name;
  json_array_foreach(names, i, name) {
    if (!client_check_certificate(name, pki, place, error)) {
      return 0;
    }
  }
  return json_is_array(names) ||
         certspec_error_set(error, NULL, 0, "%s: not a list", place);
}

static int check_value(enum step_key_kind kind, const json_t *value,
                       const struct pki *pki, const char *place,
                       struct certspec_error *error) {
  const char *text = json_string_value(value);
  int right = 0;
  switch (kind) {
    case KIND_ANY:
      return 1;
    case KIND_BOOLEAN:
      right = json_is_boolean(value);
      break;
    case KIND_INTEGER:
      right = json_is_integer(value);
      break;
    case KIND_TEXT:
      right = text != NULL;
      break;
    case KIND_TO:
      right = json_is_null(value) || is_either(text, "scripted", "other");
      break;
    case KIND_TEXTS:
      right = is_list_of(value, is_any_text);
      break;
    case KIND_ERRORS:
      right = is_list_of(value, callback_is_error);
      break;
    case KIND_OBJECT:
      right = json_is_object(value);
      break;
    case KIND_ON:
      right = is_either(text, "ssl", "ctx");
      break;
    case KIND_FOR:
      right = is_either(text, "close", "data");
      break;
    case KIND_CERTIFICATE:
      return client_check_certificate(value, pki, place, error);
    case KIND_CERTIFICATES:
      return check_certificates(value, pki, place, error);
    case KIND_KEY:
      return client_check_key(value, pki, place, error);
  }

  return right || certspec_error_set(error, NULL, 0,
                                     "%s: not the right kind of value", place);
}

/* The key's kind for a step of |row|, or NULL when the step has none such. */
static const struct step_key *find_key(const struct step_row *row,
                                       const char *name) {
  for (size_t i = 0; i < NUM(COMMON_KEYS); i++) {
    if (strcmp(COMMON_KEYS[i].name, name) == 0) {
      return &COMMON_KEYS[i];
    }
  }
  for (size_t i = 0; i < NUM(OWN_KEYS); i++) {
    if (strcmp(OWN_KEYS[i].name, name) == 0) {
      return is_listed(row->about.keys, name) ? &OWN_KEYS[i] : NULL;
    }
  }
  return NULL;
}

/* Checks that each of the words of |required| is a key of |step|. */
static int check_required(const char *word, const char *required,
                          const json_t *step, const char *place,
                          struct certspec_error *error) {
  char key[32];
  int len = 0;
  for (const char *at = required; sscanf(at, " %31s%n", key, &len) == 1;
       at += len) {
    if (json_object_get(step, key) == NULL) {
      return certspec_error_set(error, NULL, 0, "%s: \"%s\" needs \"%s\"",
                                place, word, key);
    }
  }
  return 1;
}

int step_check(const json_t *step, int nested, const struct pki *pki,
               const char *place, struct certspec_error *error) {
  const char *word = json_string_value(json_object_get(step, "do"));
  const struct step_row *row = find_row(word);
  if (row == NULL) {
    return certspec_error_set(error, NULL, 0, "%s: unknown step \"%s\"", place,
                              word != NULL ? word : "");
  }

  if (nested && (json_object_get(step, "expect") != NULL ||
                 json_object_get(step, "observe") != NULL)) {
    return certspec_error_set(
        error, NULL, 0, "%s: a step inside a callback expects nothing", place);
  }

  const char *name;
  json_t *value;
  json_object_foreach((json_t *)step, name, value) {
    char inner[256];
    const struct step_key *key = find_key(row, name);
    if (key == NULL) {
      return certspec_error_set(
          error, NULL, 0, "%s: \"%s\" takes no key \"%s\"", place, word, name);
    }

    snprintf(inner, sizeof(inner), "%.160s.%.60s", place, name);
    if (!check_value(key->kind, value, pki, inner, error)) {
      return 0;
    }
  }

  return check_required(row->about.name, row->required, step, place, error);
}
