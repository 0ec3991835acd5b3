#include "snapshot.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "subject.h"
#include "subject_quic.h"

#define NUM(table) (sizeof(table) / sizeof((table)[0]))

struct code_name {
  int code;
  const char *name;
};

/* RFC 5246 7.4.4, RFC 8422 5.5, RFC 9189 4.2: ClientCertificateType. */
static const struct code_name CERTIFICATE_TYPES[] = {
    {1, "rsa_sign"},          {2, "dss_sign"},      {3, "rsa_fixed_dh"},
    {4, "dss_fixed_dh"},      {64, "ecdsa_sign"},   {65, "rsa_fixed_ecdh"},
    {66, "ecdsa_fixed_ecdh"}, {67, "gost_sign256"}, {68, "gost_sign512"},
};

/* RFC 8446 4.2.3, and RFC 5246 7.4.1.4.1 pairs in the same form. */
static const struct code_name SIGNATURE_SCHEMES[] = {
    {0x0201, "rsa_pkcs1_sha1"},
    {0x0202, "dsa_sha1"},
    {0x0203, "ecdsa_sha1"},
    {0x0301, "rsa_pkcs1_sha224"},
    {0x0302, "dsa_sha224"},
    {0x0303, "ecdsa_sha224"},
    {0x0401, "rsa_pkcs1_sha256"},
    {0x0402, "dsa_sha256"},
    {0x0403, "ecdsa_secp256r1_sha256"},
    {0x0501, "rsa_pkcs1_sha384"},
    {0x0502, "dsa_sha384"},
    {0x0503, "ecdsa_secp384r1_sha384"},
    {0x0601, "rsa_pkcs1_sha512"},
    {0x0602, "dsa_sha512"},
    {0x0603, "ecdsa_secp521r1_sha512"},
    {0x0804, "rsa_pss_rsae_sha256"},
    {0x0805, "rsa_pss_rsae_sha384"},
    {0x0806, "rsa_pss_rsae_sha512"},
    {0x0807, "ed25519"},
    {0x0808, "ed448"},
    {0x0809, "rsa_pss_pss_sha256"},
    {0x080a, "rsa_pss_pss_sha384"},
    {0x080b, "rsa_pss_pss_sha512"},
    {0x081a, "ecdsa_brainpoolP256r1tls13_sha256"},
    {0x081b, "ecdsa_brainpoolP384r1tls13_sha384"},
    {0x081c, "ecdsa_brainpoolP512r1tls13_sha512"},
    {0x0904, "mldsa44"},
    {0x0905, "mldsa65"},
    {0x0906, "mldsa87"},
};

static json_t *name_of_code(const struct code_name *table, size_t num,
                            int code) {
  for (size_t i = 0; i < num; i++) {
    if (table[i].code == code) {
      return json_string(table[i].name);
    }
  }
  return json_integer(code);
}

json_t *snapshot_certificate_types(SSL *ssl) {
  const unsigned char *types = NULL;
  long num = (long)SSL_get0_certificate_types(ssl, &types);
  json_t *names = json_array();
  for (long i = 0; types != NULL && i < num; i++) {
    json_array_append_new(
        names,
        name_of_code(CERTIFICATE_TYPES, NUM(CERTIFICATE_TYPES), types[i]));
  }
  return names;
}

json_t *snapshot_signature_algorithms(SSL *ssl) {
  json_t *names = json_array();
  int num = SSL_get_sigalgs(ssl, -1, NULL, NULL, NULL, NULL, NULL);
  for (int i = 0; i < num; i++) {
    unsigned char low = 0;
    unsigned char high = 0;
    SSL_get_sigalgs(ssl, i, NULL, NULL, NULL, &low, &high);
    json_array_append_new(
        names, name_of_code(SIGNATURE_SCHEMES, NUM(SIGNATURE_SCHEMES),
                            high << 8 | low));
  }
  return names;
}

json_t *snapshot_certificate(const struct client_run *run, X509 *certificate) {
  if (certificate == NULL) {
    return json_null();
  }

  const char *name = pki_name_of_certificate(run->pki, certificate);
  if (name != NULL) {
    return json_string(name);
  }

  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned digest_len = 0;
  char text[8 + 2 * EVP_MAX_MD_SIZE] = "sha256:";
  if (!X509_digest(certificate, EVP_sha256(), digest, &digest_len)) {
    return json_string("unknown");
  }

  for (size_t i = 0; i < digest_len; i++) {
    snprintf(text + 7 + 2 * i, 3, "%02x", digest[i]);
  }
  return json_string(text);
}

json_t *snapshot_key(const struct client_run *run, EVP_PKEY *key) {
  if (key == NULL) {
    return json_null();
  }

  const char *name = callback_name_of_key(run, key);
  if (name == NULL) {
    name = pki_name_of_key(run->pki, key);
  }
  return json_string(name != NULL ? name : "unknown");
}

/* A distinguished name in RFC 2253 form. */
static json_t *name_text(const X509_NAME *name) {
  BIO *memory = BIO_new(BIO_s_mem());
  char *text = NULL;
  json_t *value = NULL;
  if (memory != NULL &&
      X509_NAME_print_ex(memory, name, 0, XN_FLAG_RFC2253) >= 0) {
    long len = BIO_get_mem_data(memory, &text);
    value = json_stringn(text != NULL ? text : "", len > 0 ? (size_t)len : 0);
  }
  BIO_free(memory);
  return value != NULL ? value : json_string("unprintable");
}

/* The names of |list|, one DER after the other; NULL when one has none. */
static unsigned char *der_of_list(const STACK_OF(X509_NAME) * list,
                                  size_t *out_len) {
  int num = sk_X509_NAME_num(list);
  size_t len = 0;
  for (int i = 0; i < num; i++) {
    int one = i2d_X509_NAME(sk_X509_NAME_value(list, i), NULL);
    if (one <= 0) {
      return NULL;
    }
    len += (size_t)one;
  }

  unsigned char *der = malloc(len + 1);
  unsigned char *end = der;
  for (int i = 0; der != NULL && i < num; i++) {
    i2d_X509_NAME(sk_X509_NAME_value(list, i), &end);
  }
  *out_len = len;
  return der;
}

static json_t *names_of_list(const struct client_run *run,
                             const STACK_OF(X509_NAME) * list) {
  json_t *names = json_array();
  for (int i = 0; i < sk_X509_NAME_num(list); i++) {
    X509_NAME *name = sk_X509_NAME_value(list, i);
    const char *known = pki_name_of_subject(run->pki, name);
    json_array_append_new(names,
                          known != NULL ? json_string(known) : name_text(name));
  }
  return names;
}

void snapshot_forget(struct client_names *names) {
  free(names->der);
  json_decref(names->names);
  *names = (struct client_names){0};
}

json_t *snapshot_names(struct client_run *run,
                       const STACK_OF(X509_NAME) * list) {
  if (list == NULL) {
    return json_null();
  }

  /* A list of thousands is looked at in every step and changes in none. */
  struct client_names *before = &run->names_before;
  size_t len = 0;
  ERR_set_mark();
  unsigned char *der = der_of_list(list, &len);
  ERR_pop_to_mark();
  if (der != NULL && before->der != NULL && before->len == len &&
      memcmp(before->der, der, len) == 0) {
    free(der);
    return json_incref(before->names);
  }

  snapshot_forget(before);
  json_t *names = names_of_list(run, list);
  if (der != NULL) {
    *before = (struct client_names){der, len, json_incref(names)};
  }
  return names;
}

json_t *snapshot_ca_list(struct client_run *run, const SSL *ssl) {
  return snapshot_names(run, SSL_get_client_CA_list(ssl));
}

json_t *snapshot_peer_certificate(const struct client_run *run,
                                  const SSL *ssl) {
  X509 *certificate = subject_peer_certificate(ssl);
  json_t *name = snapshot_certificate(run, certificate);
  X509_free(certificate);
  return name;
}

json_t *snapshot_queue(int keep) {
  unsigned long errors[64];
  size_t num = 0;
  unsigned long error;
  json_t *reasons = json_array();
  while ((error = ERR_get_error()) != 0 && num < NUM(errors)) {
    errors[num++] = error;
    json_array_append_new(reasons, json_string(subject_reason_symbol(error)));
  }
  for (size_t i = 0; keep && i < num; i++) {
    subject_raise(ERR_GET_LIB(errors[i]), ERR_GET_REASON(errors[i]));
  }
  return reasons;
}

static json_t *shutdown_names(const SSL *ssl) {
  int state = SSL_get_shutdown(ssl);
  json_t *names = json_array();
  if ((state & SSL_SENT_SHUTDOWN) != 0) {
    json_array_append_new(names, json_string("sent"));
  }
  if ((state & SSL_RECEIVED_SHUTDOWN) != 0) {
    json_array_append_new(names, json_string("received"));
  }
  return names;
}

static json_t *registered_name(SSL_CTX *ctx) {
  const char *name = ctx != NULL ? callback_registered_name(ctx) : NULL;
  return name != NULL ? json_string(name) : json_null();
}

/* Whether one of the two is an object that a callback handed over. */
static int is_handed(const struct client_run *run, const X509 *certificate,
                     const EVP_PKEY *key) {
  for (const struct callback_object *o = run->objects; o != NULL; o = o->next) {
    if (o->num_freed == 0 &&
        ((certificate != NULL && o->certificate == certificate) ||
         (key != NULL && o->key == key))) {
      return 1;
    }
  }
  return 0;
}

static void add_ssl(json_t *values, struct client_run *run, SSL *ssl) {
  json_object_set_new(values, "state", json_string(subject_state_symbol(ssl)));
  json_object_set_new(values, "in_init", json_boolean(SSL_in_init(ssl)));
  json_object_set_new(values, "finished",
                      json_boolean(SSL_is_init_finished(ssl)));
  json_object_set_new(values, "version", json_string(SSL_get_version(ssl)));
  json_object_set_new(values, "reused",
                      json_boolean(SSL_session_reused(ssl) == 1));
  json_object_set_new(values, "certificate",
                      snapshot_certificate(run, SSL_get_certificate(ssl)));
  json_object_set_new(values, "private_key",
                      snapshot_key(run, SSL_get_privatekey(ssl)));
  json_object_set_new(
      values, "certificate_is_handed",
      json_boolean(is_handed(run, SSL_get_certificate(ssl), NULL)));
  json_object_set_new(
      values, "private_key_is_handed",
      json_boolean(is_handed(run, NULL, SSL_get_privatekey(ssl))));
  json_object_set_new(values, "check_private_key",
                      json_integer(SSL_check_private_key(ssl)));
  json_object_set_new(values, "ca_list", snapshot_ca_list(run, ssl));
  json_object_set_new(values, "peer_certificate",
                      snapshot_peer_certificate(run, ssl));
  json_object_set_new(values, "shutdown", shutdown_names(ssl));
  /* WARNING: on a QUIC object SSL_pending moves the handshake on. */
  json_object_set_new(
      values, "pending",
      subject_is_quic(ssl) ? json_null() : json_integer(SSL_pending(ssl)));
}

static void add_without_ssl(json_t *values) {
  static const char *const NAMES[] = {
      "state",
      "in_init",
      "finished",
      "version",
      "reused",
      "certificate",
      "private_key",
      "check_private_key",
      "certificate_is_handed",
      "private_key_is_handed",
      "ca_list",
      "peer_certificate",
      "shutdown",
      "pending",
  };
  for (size_t i = 0; i < NUM(NAMES); i++) {
    json_object_set_new(values, NAMES[i], json_null());
  }
}

static void add_context(json_t *values, const struct client_run *run,
                        SSL_CTX *ctx) {
  json_object_set_new(
      values, "ctx_certificate",
      ctx != NULL ? snapshot_certificate(run, SSL_CTX_get0_certificate(ctx))
                  : json_null());
  json_object_set_new(values, "callback_registered", registered_name(ctx));
}

static void add_counts(json_t *values, const struct client_run *run,
                       const struct client_ssl *object) {
  json_object_set_new(values, "callback_calls",
                      json_integer(run->num_callback_calls));
  json_object_set_new(values, "other_callback_calls",
                      json_integer(run->num_other_callback_calls));
  json_object_set_new(values, "cert_cb_calls",
                      json_integer(run->num_cert_cb_calls));
  json_object_set_new(values, "engine_calls",
                      json_integer(run->num_engine_calls));
  json_object_set_new(values, "unscripted_calls",
                      json_integer(run->num_unscripted_calls));
  json_object_set_new(values, "status_callback_calls",
                      json_integer(run->num_status_callback_calls));
  json_object_set_new(
      values, "ssl_callback_calls",
      object != NULL ? json_integer(object->num_callback_calls) : json_null());
  json_object_set_new(
      values, "timed_out",
      json_boolean(object != NULL && object->transport != NULL &&
                   object->transport->timed_out));
  callback_count_objects(run, values, "");
}

void snapshot_add(json_t *values, struct client_run *run,
                  const struct client_ssl *object) {
  SSL *ssl = object != NULL ? object->ssl : NULL;
  SSL_CTX *ctx = NULL;
  if (ssl != NULL) {
    ctx = SSL_get_SSL_CTX(ssl);
  } else if (object != NULL) {
    ctx = object->context->ctx;
  } else if (run->contexts != NULL) {
    ctx = run->contexts->ctx;
  }

  /* Looking may raise errors of its own (SSL_check_private_key does). */
  ERR_set_mark();
  if (ssl != NULL) {
    add_ssl(values, run, ssl);
  } else {
    add_without_ssl(values);
  }
  add_context(values, run, ctx);
  add_counts(values, run, object);
  ERR_pop_to_mark();
}
