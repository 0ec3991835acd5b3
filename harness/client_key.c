/* What the value of a key of "client" may be. */
#include "client_key.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "callback.h"
#include "client_keys.h"
#include "client_psk.h"
#include "datagram_script.h"
#include "subject.h"
#include "subject_credential.h"
#include "transport.h"

int client_check_certificate(const json_t *value, const struct pki *pki,
                             const char *place, struct certspec_error *error) {
  const char *name = json_string_value(value);
  if (name == NULL || strchr(name, ':') != NULL) {
    return certspec_error_set(
        error, NULL, 0, "%s: a certificate is given by its PKI name", place);
  }

  if (!pki_has(pki, name)) {
    return certspec_error_set(
        error, NULL, 0, "%s: no certificate \"%s\" in the PKI", place, name);
  }

  return 1;
}

int client_check_key(const json_t *value, const struct pki *pki,
                     const char *place, struct certspec_error *error) {
  const char *name = json_string_value(value);
  if (name == NULL) {
    return certspec_error_set(error, NULL, 0,
                              "%s: a key is given by its PKI name", place);
  }

  if (!pki_has(pki, name)) {
    return certspec_error_set(error, NULL, 0, "%s: no key \"%s\" in the PKI",
                              place, name);
  }

  return 1;
}

static int is_known_option(const char *name) {
  unsigned long long bits;
  int known;
  subject_option(name, &bits, &known);
  return known;
}

static int is_known_mode(const char *name) {
  unsigned long bits;
  int known;
  subject_mode(name, &bits, &known);
  return known;
}

static int is_known_cert_flag(const char *name) {
  unsigned bits;
  int known;
  subject_cert_flag(name, &bits, &known);
  return known;
}

static int is_compression(const char *name) {
  return subject_compression(name) > 0;
}

static int is_certificate_type(const char *name) {
  return subject_certificate_type(name) >= 0;
}

static int is_io(const char *name) {
  enum transport_io io;
  return transport_io_find(name, &io);
}

static int is_transport(const char *name) {
  enum transport_kind kind;
  return transport_kind_find(name, &kind);
}

/* Checks a name, or with |list| a list of them, by |is_known|. */
static int check_names(const json_t *value, int list,
                       int (*is_known)(const char *name), const char *place,
                       struct certspec_error *error) {
  if (list && !json_is_array(value)) {
    return certspec_error_set(error, NULL, 0, "%s: not a list", place);
  }

  for (size_t i = 0; i < (list ? json_array_size(value) : 1); i++) {
    const json_t *entry = list ? json_array_get(value, i) : value;
    const char *name = json_string_value(entry);
    if (name == NULL) {
      return certspec_error_set(error, NULL, 0, "%s: not a name", place);
    }

    if (!is_known(name)) {
      return certspec_error_set(error, NULL, 0, "%s: unknown \"%s\"", place,
                                name);
    }
  }
  return 1;
}

static int check_contexts(const json_t *contexts, const struct pki *pki,
                          const char *place, struct certspec_error *error) {
  const char *name;
  json_t *keys;
  if (!json_is_object(contexts)) {
    return certspec_error_set(error, NULL, 0, "%s: not an object", place);
  }

  json_object_foreach((json_t *)contexts, name, keys) {
    char inner[256];
    snprintf(inner, sizeof(inner), "%.160s.%.60s", place, name);
    if (strcmp(name, "ctx") == 0) {
      return certspec_error_set(error, NULL, 0,
                                "%s: \"ctx\" is the first one's name", inner);
    }

    if (json_object_get(keys, "contexts") != NULL ||
        json_object_get(keys, "io") != NULL ||
        json_object_get(keys, "transport") != NULL ||
        json_object_get(keys, "datagrams") != NULL) {
      return certspec_error_set(error, NULL, 0,
                                "%s: \"contexts\", \"io\", \"transport\" "
                                "and \"datagrams\" are for the whole case",
                                inner);
    }

    if (!client_keys_check(keys, pki, inner, error)) {
      return 0;
    }
  }
  return 1;
}

static int check_certificates(const json_t *names, const struct pki *pki,
                              const char *place, struct certspec_error *error) {
  size_t i;
  const json_t *name;
  if (!json_is_array(names)) {
    return certspec_error_set(error, NULL, 0, "%s: not a list", place);
  }

  json_array_foreach(names, i, name) {
    if (!client_check_certificate(name, pki, place, error)) {
      return 0;
    }
  }
  return 1;
}

static int check_condition(int holds, const char *what, const char *place,
                           struct certspec_error *error) {
  return holds ? 1
               : certspec_error_set(error, NULL, 0, "%s: not %s", place, what);
}

int client_key_check(enum key_kind kind, const json_t *value,
                     const struct pki *pki, const char *place,
                     struct certspec_error *error) {
  switch (kind) {
    case KIND_CERTIFICATE:
      return client_check_certificate(value, pki, place, error);
    case KIND_KEY:
      return json_is_null(value) || client_check_key(value, pki, place, error);
    case KIND_CERTIFICATES:
      return check_certificates(value, pki, place, error);
    case KIND_BOOLEAN:
      return check_condition(json_is_boolean(value), "a boolean", place, error);
    case KIND_NATURAL:
      return check_condition(json_is_integer(value) &&
                                 json_integer_value(value) >= 0 &&
                                 json_integer_value(value) <= INT_MAX,
                             "a number from 0 on", place, error);
    case KIND_TEXT:
      return check_condition(json_is_string(value), "a text", place, error);
    case KIND_OPTIONS:
      return check_names(value, 1, is_known_option, place, error);
    case KIND_MODES:
      return check_names(value, 1, is_known_mode, place, error);
    case KIND_CERT_FLAGS:
      return check_names(value, 1, is_known_cert_flag, place, error);
    case KIND_IO:
      return check_names(value, 0, is_io, place, error);
    case KIND_TRANSPORT:
      return check_names(value, 0, is_transport, place, error);
    case KIND_DATAGRAMS:
      return datagram_script_check(value, place, error);
    case KIND_CALLBACK:
      return callback_check_answers(value, 1, pki, place, error);
    case KIND_CERT_CB:
      return callback_check_answers(value, 0, pki, place, error);
    case KIND_COMPRESSIONS:
      return check_names(value, 1, is_compression, place, error);
    case KIND_CERTIFICATE_TYPES:
      return check_names(value, 1, is_certificate_type, place, error);
    case KIND_PSK_USE_SESSION:
      return client_psk_check(value, 1, place, error);
    case KIND_PSK_CLIENT:
      return client_psk_check(value, 0, place, error);
    case KIND_CONTEXTS:
      return check_contexts(value, pki, place, error);
  }
  return 0;
}
