#include "client_psk.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "client_run.h"
#include "subject_psk.h"

/* Of the key, in bytes: SSL_MAX_MASTER_KEY_LENGTH. Of the identity: what every
 * version leaves room for. */
enum { MAX_KEY = 48, MAX_IDENTITY = 128 };

static const char DEFAULT_SUITE[] = "TLS_AES_128_GCM_SHA256";

/* The bytes that |hex| stands for, at most |max_len|; 0 when it is no text of
 * that kind. */
static size_t bytes_of(const char *hex, unsigned char *out, size_t max_len) {
  size_t len = hex != NULL ? strlen(hex) / 2 : 0;
  if (hex == NULL || len > max_len || strlen(hex) % 2 != 0 ||
      strspn(hex, "0123456789abcdef") != strlen(hex)) {
    return 0;
  }

  for (size_t i = 0; i < len; i++) {
    const char digits[] = {hex[2 * i], hex[2 * i + 1], '\0'};
    out[i] = (unsigned char)strtoul(digits, NULL, 16);
  }
  return len;
}

static size_t key_of(const json_t *psk, unsigned char out[MAX_KEY]) {
  return bytes_of(json_string_value(json_object_get(psk, "key")), out, MAX_KEY);
}

static const char *suite_of(const json_t *psk) {
  const json_t *suite = json_object_get(psk, "ciphersuite");
  return suite != NULL ? json_string_value(suite) : DEFAULT_SUITE;
}

static int is_key_of(const char *name, int with_session) {
  return strcmp(name, "identity") == 0 || strcmp(name, "key") == 0 ||
         (with_session && (strcmp(name, "ciphersuite") == 0 ||
                           strcmp(name, "max_early_data") == 0));
}

int client_psk_check(const json_t *psk, int with_session, const char *place,
                     struct certspec_error *error) {
  unsigned char key[MAX_KEY];
  const char *name;
  json_t *value;
  size_t identity_len = json_string_length(json_object_get(psk, "identity"));
  const json_t *max_early_data = json_object_get(psk, "max_early_data");
  json_int_t max = json_integer_value(max_early_data);
  json_object_foreach((json_t *)psk, name, value) {
    if (!is_key_of(name, with_session)) {
      return certspec_error_set(error, NULL, 0, "%s: unknown key \"%s\"", place,
                                name);
    }
  }
  if (identity_len < 1 || identity_len > MAX_IDENTITY) {
    return certspec_error_set(error, NULL, 0,
                              "%s: \"identity\" is a text of 1 to %d bytes",
                              place, MAX_IDENTITY);
  }

  if (key_of(psk, key) == 0) {
    return certspec_error_set(error, NULL, 0,
                              "%s: \"key\" is hex, lower case, 1 to %d bytes",
                              place, MAX_KEY);
  }

  if (subject_psk_ciphersuite(suite_of(psk)) < 0) {
    return certspec_error_set(error, NULL, 0,
                              "%s: \"ciphersuite\" is none of TLS 1.3", place);
  }

  return (max_early_data == NULL ||
          (json_is_integer(max_early_data) && max >= 0 && max <= INT_MAX)) ||
         certspec_error_set(error, NULL, 0,
                            "%s: \"max_early_data\" is a number from 0 on",
                            place);
}

/* The key |name| of the client that |ssl| is of. */
static const json_t *client_key_of(const SSL *ssl, const char *name) {
  const struct client_context *context =
      SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl));
  return json_object_get(context->keys, name);
}

/* No PSK is offered where its hash does not fit, as the manual wants it. */
int client_psk_use_session(SSL *ssl, const EVP_MD *digest,
                           const unsigned char **out_identity,
                           size_t *out_identity_len,
                           SSL_SESSION **out_session) {
  const json_t *psk = client_key_of(ssl, "psk_use_session");
  const json_t *identity = json_object_get(psk, "identity");
  unsigned char key[MAX_KEY];
  size_t key_len = key_of(psk, key);
  unsigned max_early_data =
      (unsigned)json_integer_value(json_object_get(psk, "max_early_data"));
  SSL_SESSION *session = subject_new_psk_session(
      ssl, digest, subject_psk_ciphersuite(suite_of(psk)), key, key_len,
      max_early_data);

  *out_session = session;
  *out_identity = session != NULL
                      ? (const unsigned char *)json_string_value(identity)
                      : NULL;
  *out_identity_len = session != NULL ? json_string_length(identity) : 0;
  return 1;
}

unsigned client_psk_client(SSL *ssl, const char *hint, char *identity,
                           unsigned max_identity_len, unsigned char *key,
                           unsigned max_key_len) {
  const json_t *psk = client_key_of(ssl, "psk_client");
  const char *name = json_string_value(json_object_get(psk, "identity"));
  (void)hint;
  size_t size = strlen(name) + 1;
  if (size > max_identity_len) {
    return 0;
  }

  memcpy(identity, name, size);
  return (unsigned)bytes_of(json_string_value(json_object_get(psk, "key")), key,
                            max_key_len);
}
