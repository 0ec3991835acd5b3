#include "subject_psk.h"

#include <dlfcn.h>
#include <stdint.h>
#include <string.h>

#define NUM(table) (sizeof(table) / sizeof((table)[0]))

/* Puts the address of the library's function |name| into |*out|, a pointer to
 * a function pointer. 1, or 0 where the library has none. */
static int look_up(const char *name, void *out) {
  void *address = dlsym(RTLD_DEFAULT, name);
  memcpy(out, &address, sizeof(address));
  return address != NULL;
}

int subject_set_psk_use_session_callback(SSL_CTX *ctx,
                                         subject_psk_use_session *callback) {
  void (*set)(SSL_CTX * ctx, subject_psk_use_session * callback);
  if (!look_up("SSL_CTX_set_psk_use_session_callback", &set)) {
    return 0;
  }

  set(ctx, callback);
  return 1;
}

int subject_set_psk_client_callback(SSL_CTX *ctx,
                                    subject_psk_client *callback) {
  void (*set)(SSL_CTX * ctx, subject_psk_client * callback);
  if (!look_up("SSL_CTX_set_psk_client_callback", &set)) {
    return 0;
  }

  set(ctx, callback);
  return 1;
}

int subject_psk_ciphersuite(const char *name) {
  static const struct {
    const char *name;
    int number;
  } SUITES[] = {{"TLS_AES_128_GCM_SHA256", 0x1301},
                {"TLS_AES_256_GCM_SHA384", 0x1302},
                {"TLS_CHACHA20_POLY1305_SHA256", 0x1303}};
  for (size_t i = 0; name != NULL && i < NUM(SUITES); i++) {
    if (strcmp(SUITES[i].name, name) == 0) {
      return SUITES[i].number;
    }
  }

  return -1;
}

/* What a session is made with. */
struct session_functions {
  const SSL_CIPHER *(*find_cipher)(SSL *ssl, const unsigned char *number);
  const EVP_MD *(*digest_of)(const SSL_CIPHER *cipher);
  SSL_SESSION *(*new_session)(void);
  int (*set_key)(SSL_SESSION *session, const unsigned char *key, size_t len);
  int (*set_cipher)(SSL_SESSION *session, const SSL_CIPHER *cipher);
  int (*set_version)(SSL_SESSION *session, int version);
  int (*set_max_early_data)(SSL_SESSION *session, uint32_t max);
};

static int look_up_all(struct session_functions *out) {
  return look_up("SSL_CIPHER_find", &out->find_cipher) &&
         look_up("SSL_CIPHER_get_handshake_digest", &out->digest_of) &&
         look_up("SSL_SESSION_new", &out->new_session) &&
         look_up("SSL_SESSION_set1_master_key", &out->set_key) &&
         look_up("SSL_SESSION_set_cipher", &out->set_cipher) &&
         look_up("SSL_SESSION_set_protocol_version", &out->set_version) &&
         look_up("SSL_SESSION_set_max_early_data", &out->set_max_early_data);
}

SSL_SESSION *subject_new_psk_session(SSL *ssl, const EVP_MD *digest,
                                     int ciphersuite, const unsigned char *key,
                                     size_t key_len, unsigned max_early_data) {
  const unsigned char number[] = {(unsigned char)(ciphersuite >> 8),
                                  (unsigned char)(ciphersuite & 0xff)};
  struct session_functions functions;
  if (!look_up_all(&functions)) {
    return NULL;
  }

  const SSL_CIPHER *cipher = functions.find_cipher(ssl, number);
  if (cipher == NULL ||
      (digest != NULL &&
       EVP_MD_type(functions.digest_of(cipher)) != EVP_MD_type(digest))) {
    return NULL;
  }

  SSL_SESSION *session = functions.new_session();
  if (session == NULL || !functions.set_key(session, key, key_len) ||
      !functions.set_cipher(session, cipher) ||
      !functions.set_version(session, TLS1_3_VERSION) ||
      !functions.set_max_early_data(session, max_early_data)) {
    SSL_SESSION_free(session);
    return NULL;
  }

  return session;
}

int subject_write_early_data(SSL *ssl, const void *data, size_t len,
                             size_t *out_num) {
  int (*write)(SSL * ssl, const void *data, size_t len, size_t *out_num);
  return look_up("SSL_write_early_data", &write)
             ? write(ssl, data, len, out_num)
             : -1;
}

const char *subject_early_data_status(const SSL *ssl) {
  static const char *const SYMBOLS[] = {"SSL_EARLY_DATA_NOT_SENT",
                                        "SSL_EARLY_DATA_REJECTED",
                                        "SSL_EARLY_DATA_ACCEPTED"};
  int (*status)(const SSL *ssl);
  if (!look_up("SSL_get_early_data_status", &status)) {
    return NULL;
  }

  int value = status(ssl);
  return value >= 0 && (size_t)value < NUM(SYMBOLS) ? SYMBOLS[value] : NULL;
}
