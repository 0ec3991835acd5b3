#include "client_keys.h"

#include <stdio.h>
#include <string.h>

#include "client_key.h"
#include "client_psk.h"
#include "subject.h"
#include "subject_credential.h"
#include "subject_engine.h"
#include "subject_lack.h"
#include "subject_psk.h"

/* One key of "client". Either function may be NULL; they are called with the
 * key's value in the order of the table. 1, or 0 after an event. */
struct client_key {
  const char *name;
  enum key_kind kind;
  int (*apply_to_context)(struct client_context *context, const json_t *value);
  int (*apply_to_ssl)(struct client_ssl *object, const json_t *value);
};

/* 1, or 0 after an event naming |function|: an error, or for a fork, which need
 * not know all that OpenSSL knows, that it is unsupported. */
static int must(struct client_run *run, long result, const char *function) {
  if (result <= 0 && subject_is_fork() && subject_lack() == NULL) {
    return client_unsupported(run, "%s of %s refuses what the case sets up",
                              function, subject_library());
  }

  return result > 0 ? 1 : client_fail(run, "%s fails in the set-up", function);
}

static int apply_io(struct client_context *context, const json_t *value) {
  return transport_io_find(json_string_value(value), &context->io);
}

static int apply_transport(struct client_context *context,
                           const json_t *value) {
  return transport_kind_find(json_string_value(value), &context->kind);
}

static int apply_datagrams(struct client_context *context,
                           const json_t *value) {
  context->datagrams = value;
  return 1;
}

static int apply_security_level(struct client_context *context,
                                const json_t *value) {
  SSL_CTX_set_security_level(context->ctx, (int)json_integer_value(value));
  return 1;
}

static int apply_options(struct client_context *context, const json_t *names) {
  size_t i;
  const json_t *name;
  json_array_foreach(names, i, name) {
    unsigned long long bits;
    int known;
    if (!subject_option(json_string_value(name), &bits, &known)) {
      return client_unsupported(context->run, "the subject has no %s",
                                json_string_value(name));
    }
    SSL_CTX_set_options(context->ctx, bits);
  }
  return 1;
}

static int apply_modes(struct client_context *context, const json_t *names) {
  size_t i;
  const json_t *name;
  json_array_foreach(names, i, name) {
    unsigned long bits;
    int known;
    if (!subject_mode(json_string_value(name), &bits, &known)) {
      return client_unsupported(context->run, "the subject has no %s",
                                json_string_value(name));
    }
    SSL_CTX_set_mode(context->ctx, (long)bits);
  }
  return 1;
}

static int apply_cert_flags(struct client_context *context,
                            const json_t *names) {
  size_t i;
  const json_t *name;
  json_array_foreach(names, i, name) {
    unsigned bits;
    int known;
    if (!subject_cert_flag(json_string_value(name), &bits, &known)) {
      return client_unsupported(context->run, "the subject has no %s",
                                json_string_value(name));
    }
    SSL_CTX_set_cert_flags(context->ctx, bits);
  }
  return 1;
}

static int apply_cipher_list(struct client_context *context,
                             const json_t *value) {
  return must(context->run,
              SSL_CTX_set_cipher_list(context->ctx, json_string_value(value)),
              "SSL_CTX_set_cipher_list");
}

static int apply_ciphersuites(struct client_context *context,
                              const json_t *value) {
  return must(context->run,
              SSL_CTX_set_ciphersuites(context->ctx, json_string_value(value)),
              "SSL_CTX_set_ciphersuites");
}

static int apply_groups(struct client_context *context, const json_t *value) {
  return must(context->run,
              SSL_CTX_set1_groups_list(context->ctx, json_string_value(value)),
              "SSL_CTX_set1_groups_list");
}

static int apply_signature_algorithms(struct client_context *context,
                                      const json_t *value) {
  return must(context->run,
              SSL_CTX_set1_sigalgs_list(context->ctx, json_string_value(value)),
              "SSL_CTX_set1_sigalgs_list");
}

static int apply_client_signature_algorithms(struct client_context *context,
                                             const json_t *value) {
  return must(
      context->run,
      SSL_CTX_set1_client_sigalgs_list(context->ctx, json_string_value(value)),
      "SSL_CTX_set1_client_sigalgs_list");
}

static int apply_max_cert_list(struct client_context *context,
                               const json_t *value) {
  SSL_CTX_set_max_cert_list(context->ctx, (long)json_integer_value(value));
  return 1;
}

static int apply_post_handshake_auth(struct client_context *context,
                                     const json_t *value) {
  SSL_CTX_set_post_handshake_auth(context->ctx, json_is_true(value));
  return 1;
}

static int apply_verify(struct client_context *context, const json_t *value) {
  SSL_CTX_set_verify(context->ctx,
                     json_is_true(value) ? SSL_VERIFY_PEER : SSL_VERIFY_NONE,
                     NULL);
  return 1;
}

static int apply_trust(struct client_context *context, const json_t *names) {
  X509_STORE *store = SSL_CTX_get_cert_store(context->ctx);
  size_t i;
  const json_t *name;
  json_array_foreach(names, i, name) {
    X509 *certificate =
        pki_certificate(context->run->pki, json_string_value(name));
    if (!must(context->run, X509_STORE_add_cert(store, certificate),
              "X509_STORE_add_cert")) {
      return 0;
    }
  }
  return 1;
}

/* The key that goes with "certificate": "key", or the certificate's own where
 * that is absent, or none where it is null. */
static EVP_PKEY *key_beside(struct client_run *run, const json_t *keys,
                            const char *key_name, const json_t *certificate) {
  const json_t *key = json_object_get(keys, key_name);
  if (key == NULL) {
    key = certificate;
  }
  return json_is_null(key) ? NULL : pki_key(run->pki, json_string_value(key));
}

static int apply_certificate(struct client_context *context,
                             const json_t *value) {
  struct client_run *run = context->run;
  EVP_PKEY *key = key_beside(run, context->keys, "key", value);
  X509 *certificate = pki_certificate(run->pki, json_string_value(value));
  return must(run, SSL_CTX_use_certificate(context->ctx, certificate),
              "SSL_CTX_use_certificate") &&
         (key == NULL || must(run, SSL_CTX_use_PrivateKey(context->ctx, key),
                              "SSL_CTX_use_PrivateKey"));
}

/* Only a key without a certificate: apply_certificate does the other. */
static int apply_key(struct client_context *context, const json_t *value) {
  if (json_is_null(value) ||
      json_object_get(context->keys, "certificate") != NULL) {
    return 1;
  }

  EVP_PKEY *key = pki_key(context->run->pki, json_string_value(value));
  return must(context->run, SSL_CTX_use_PrivateKey(context->ctx, key),
              "SSL_CTX_use_PrivateKey");
}

static int apply_chain(struct client_context *context, const json_t *names) {
  size_t i;
  const json_t *name;
  json_array_foreach(names, i, name) {
    X509 *certificate =
        pki_certificate(context->run->pki, json_string_value(name));
    /* SSL_CTX_add_extra_chain_cert takes the reference over. */
    if (!must(context->run, X509_up_ref(certificate), "X509_up_ref") ||
        !must(context->run,
              SSL_CTX_add_extra_chain_cert(context->ctx, certificate),
              "SSL_CTX_add_extra_chain_cert")) {
      return 0;
    }
  }
  return 1;
}

static int apply_certificate_chain(struct client_context *context,
                                   const json_t *names) {
  size_t i;
  const json_t *name;
  json_array_foreach(names, i, name) {
    X509 *certificate =
        pki_certificate(context->run->pki, json_string_value(name));
    if (!must(context->run, SSL_CTX_add1_chain_cert(context->ctx, certificate),
              "SSL_CTX_add1_chain_cert")) {
      return 0;
    }
  }
  return 1;
}

static int apply_callback(struct client_context *context,
                          const json_t *answers) {
  context->scripted.answers = answers;
  SSL_CTX_set_client_cert_cb(context->ctx, callback_client_cert);
  return 1;
}

static int apply_other_callback(struct client_context *context,
                                const json_t *answers) {
  context->other.answers = answers; /* registered by the step set_callback */
  return 1;
}

static int apply_cert_cb(struct client_context *context,
                         const json_t *answers) {
  context->cert_cb.answers = answers;
  SSL_CTX_set_cert_cb(context->ctx, callback_cert, NULL);
  return 1;
}

static int apply_engine(struct client_context *context, const json_t *answers) {
  context->engine.answers = answers;
  int value = subject_set_client_cert_engine(context->ctx, callback_engine);
  return value >= 0
             ? must(context->run, value, "SSL_CTX_set_client_cert_engine")
             : client_unsupported(context->run, "the subject has no engines");
}

static int apply_certificate_compression(struct client_context *context,
                                         const json_t *names) {
  return subject_set_certificate_compression(context->ctx, names) ||
         client_unsupported(context->run,
                            "the subject cannot compress certificates so");
}

static int apply_client_certificate_types(struct client_context *context,
                                          const json_t *names) {
  return subject_set_client_certificate_types(context->ctx, names) ||
         client_unsupported(context->run,
                            "the subject has no types of certificates");
}

static int apply_psk_use_session(struct client_context *context,
                                 const json_t *psk) {
  (void)psk; /* the callback takes it from the context's keys */
  return subject_set_psk_use_session_callback(context->ctx,
                                              client_psk_use_session) ||
         client_unsupported(context->run,
                            "the subject takes no PSK as a session");
}

static int apply_psk_client(struct client_context *context, const json_t *psk) {
  (void)psk;
  return subject_set_psk_client_callback(context->ctx, client_psk_client) ||
         client_unsupported(context->run, "the subject takes no PSK");
}

static int apply_ssl_certificate(struct client_ssl *object,
                                 const json_t *value) {
  struct client_run *run = object->context->run;
  EVP_PKEY *key = key_beside(run, object->context->keys, "ssl_key", value);
  X509 *certificate = pki_certificate(run->pki, json_string_value(value));
  return must(run, SSL_use_certificate(object->ssl, certificate),
              "SSL_use_certificate") &&
         (key == NULL || must(run, SSL_use_PrivateKey(object->ssl, key),
                              "SSL_use_PrivateKey"));
}

static int apply_ssl_key(struct client_ssl *object, const json_t *value) {
  const struct client_context *context = object->context;
  if (json_is_null(value) ||
      json_object_get(context->keys, "ssl_certificate") != NULL) {
    return 1;
  }

  EVP_PKEY *key = pki_key(context->run->pki, json_string_value(value));
  return must(context->run, SSL_use_PrivateKey(object->ssl, key),
              "SSL_use_PrivateKey");
}

/* In the order they take effect: levels and limits before certificates, a
 * certificate before its chain. */
static const struct client_key CLIENT_KEYS[] = {
    {"io", KIND_IO, apply_io, NULL},
    {"transport", KIND_TRANSPORT, apply_transport, NULL},
    {"datagrams", KIND_DATAGRAMS, apply_datagrams, NULL},
    {"security_level", KIND_NATURAL, apply_security_level, NULL},
    {"options", KIND_OPTIONS, apply_options, NULL},
    {"modes", KIND_MODES, apply_modes, NULL},
    {"cert_flags", KIND_CERT_FLAGS, apply_cert_flags, NULL},
    {"cipher_list", KIND_TEXT, apply_cipher_list, NULL},
    {"ciphersuites", KIND_TEXT, apply_ciphersuites, NULL},
    {"groups", KIND_TEXT, apply_groups, NULL},
    {"signature_algorithms", KIND_TEXT, apply_signature_algorithms, NULL},
    {"client_signature_algorithms", KIND_TEXT,
     apply_client_signature_algorithms, NULL},
    {"max_cert_list", KIND_NATURAL, apply_max_cert_list, NULL},
    {"post_handshake_auth", KIND_BOOLEAN, apply_post_handshake_auth, NULL},
    {"verify", KIND_BOOLEAN, apply_verify, NULL},
    {"trust", KIND_CERTIFICATES, apply_trust, NULL},
    {"certificate", KIND_CERTIFICATE, apply_certificate, NULL},
    {"key", KIND_KEY, apply_key, NULL},
    {"chain", KIND_CERTIFICATES, apply_chain, NULL},
    {"certificate_chain", KIND_CERTIFICATES, apply_certificate_chain, NULL},
    {"callback", KIND_CALLBACK, apply_callback, NULL},
    {"other_callback", KIND_CALLBACK, apply_other_callback, NULL},
    {"cert_cb", KIND_CERT_CB, apply_cert_cb, NULL},
    {"engine", KIND_CALLBACK, apply_engine, NULL},
    {"certificate_compression", KIND_COMPRESSIONS,
     apply_certificate_compression, NULL},
    {"client_certificate_types", KIND_CERTIFICATE_TYPES,
     apply_client_certificate_types, NULL},
    {"psk_use_session", KIND_PSK_USE_SESSION, apply_psk_use_session, NULL},
    {"psk_client", KIND_PSK_CLIENT, apply_psk_client, NULL},
    {"ssl_certificate", KIND_CERTIFICATE, NULL, apply_ssl_certificate},
    {"ssl_key", KIND_KEY, NULL, apply_ssl_key},
    {"contexts", KIND_CONTEXTS, NULL, NULL},
};

enum { NUM_CLIENT_KEYS = sizeof(CLIENT_KEYS) / sizeof(CLIENT_KEYS[0]) };

int client_keys_apply_to_context(struct client_context *context) {
  for (size_t i = 0; i < NUM_CLIENT_KEYS; i++) {
    const json_t *value = json_object_get(context->keys, CLIENT_KEYS[i].name);
    if (value == NULL || CLIENT_KEYS[i].apply_to_context == NULL) {
      continue;
    }

    if (!CLIENT_KEYS[i].apply_to_context(context, value)) {
      return client_fail(context->run, "client: %s", CLIENT_KEYS[i].name);
    }
  }
  return 1;
}

int client_keys_apply_to_ssl(struct client_ssl *object) {
  const struct client_context *context = object->context;
  for (size_t i = 0; i < NUM_CLIENT_KEYS; i++) {
    const json_t *value = json_object_get(context->keys, CLIENT_KEYS[i].name);
    if (value == NULL || CLIENT_KEYS[i].apply_to_ssl == NULL) {
      continue;
    }

    if (!CLIENT_KEYS[i].apply_to_ssl(object, value)) {
      return client_fail(context->run, "client: %s", CLIENT_KEYS[i].name);
    }
  }
  return 1;
}

static const struct client_key *find_key(const char *name) {
  for (size_t i = 0; i < NUM_CLIENT_KEYS; i++) {
    if (strcmp(CLIENT_KEYS[i].name, name) == 0) {
      return &CLIENT_KEYS[i];
    }
  }
  return NULL;
}

int client_keys_check(const json_t *keys, const struct pki *pki,
                      const char *place, struct certspec_error *error) {
  const char *name;
  json_t *value;
  if (!json_is_object(keys)) {
    return certspec_error_set(error, NULL, 0, "%s: not an object", place);
  }

  json_object_foreach((json_t *)keys, name, value) {
    char inner[256];
    const struct client_key *key = find_key(name);
    if (key == NULL) {
      return certspec_error_set(error, NULL, 0, "%s: unknown key \"%s\"", place,
                                name);
    }

    snprintf(inner, sizeof(inner), "%.160s.%.60s", place, name);
    if (!client_key_check(key->kind, value, pki, inner, error)) {
      return 0;
    }
  }
  return 1;
}
