/* WARNING: subject*.c are the only files with a version #if.
 * What can be asked of the mapped library is asked of it, for it may be
 * another one than the headers' (LD_LIBRARY_PATH). */
#include "subject.h"

#include <ctype.h>
#include <dlfcn.h>
#include <errno.h>
#include <limits.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <threads.h>

#if OPENSSL_VERSION_NUMBER < 0x30000000L
#include <openssl/ec.h>
#include <openssl/rsa.h>
#endif

static char library_name[32];
static char version_text[32];

/* What the library calls when it frees an object that carries a counter. */
static void count_freed(void *parent, void *counter, CRYPTO_EX_DATA *data,
                        int index, long argl, void *argp) {
  (void)parent;
  (void)data;
  (void)index;
  (void)argl;
  (void)argp;
  if (counter != NULL) {
    ++*(unsigned *)counter;
  }
}

/* A copy of a counted object is not counted. */
#if OPENSSL_VERSION_NUMBER >= 0x30000000L
static int leave_copy_alone(CRYPTO_EX_DATA *to, const CRYPTO_EX_DATA *from,
                            void **counter, int index, long argl, void *argp) {
  *counter = NULL;
#else
static int leave_copy_alone(CRYPTO_EX_DATA *to, const CRYPTO_EX_DATA *from,
                            void *counter, int index, long argl, void *argp) {
  *(void **)counter = NULL;
#endif
  (void)to;
  (void)from;
  (void)index;
  (void)argl;
  (void)argp;
  return 1;
}

static int counter_index(int class_index, int *index) {
  if (*index < 0) {
    *index = CRYPTO_get_ex_new_index(class_index, 0, NULL, NULL,
                                     leave_copy_alone, count_freed);
  }
  return *index;
}

static int count_certificate(X509 *certificate, unsigned *counter) {
  static int index = -1;
  return counter_index(CRYPTO_EX_INDEX_X509, &index) >= 0 &&
         X509_set_ex_data(certificate, index, counter);
}

static int count_key(EVP_PKEY *key, unsigned *counter) {
#if OPENSSL_VERSION_NUMBER >= 0x30000000L
  static int index = -1;
  return counter_index(CRYPTO_EX_INDEX_EVP_PKEY, &index) >= 0 &&
         EVP_PKEY_set_ex_data(key, index, counter);
#else
  /* 1.1.1 has no ex_data on EVP_PKEY, but on the two legacy kinds in it. */
  static int rsa_index = -1;
  static int ec_index = -1;
  RSA *rsa = EVP_PKEY_id(key) == EVP_PKEY_RSA ? EVP_PKEY_get0_RSA(key) : NULL;
  EC_KEY *ec =
      EVP_PKEY_id(key) == EVP_PKEY_EC ? EVP_PKEY_get0_EC_KEY(key) : NULL;
  if (rsa != NULL) {
    return counter_index(CRYPTO_EX_INDEX_RSA, &rsa_index) >= 0 &&
           RSA_set_ex_data(rsa, rsa_index, counter);
  }

  return ec != NULL && counter_index(CRYPTO_EX_INDEX_EC_KEY, &ec_index) >= 0 &&
         EC_KEY_set_ex_data(ec, ec_index, counter);
#endif
}

/* WARNING: wolfSSL takes a counter, and says nothing when the object is freed:
 * what would then be freed as left over is gone already. */
static int tells_of_freed;

static void try_counters(void) {
  unsigned num_certificates = 0;
  unsigned num_keys = 0;
  X509 *certificate = X509_new();
  EVP_PKEY *key = EVP_PKEY_new();
  int ok = certificate != NULL && key != NULL;

#if OPENSSL_VERSION_NUMBER < 0x30000000L
  RSA *rsa = RSA_new();
  if (!ok || rsa == NULL || !EVP_PKEY_assign_RSA(key, rsa)) {
    RSA_free(rsa);
    ok = 0;
  }
#endif
  ok = ok && count_certificate(certificate, &num_certificates) &&
       count_key(key, &num_keys);
  X509_free(certificate);
  EVP_PKEY_free(key);
  tells_of_freed = ok && num_certificates == 1 && num_keys == 1;
}

static int can_count(void) {
  static once_flag tried = ONCE_FLAG_INIT;
  call_once(&tried, try_counters);
  return tells_of_freed;
}

int subject_on_certificate_freed(X509 *certificate, unsigned *counter) {
  return can_count() && count_certificate(certificate, counter);
}

int subject_on_key_freed(EVP_PKEY *key, unsigned *counter) {
  return can_count() && count_key(key, counter);
}

int subject_start(struct certspec_error *error) {
  /* No configuration file: a system's openssl.cnf must not decide what a case
   * shows. The strings are loaded before the fork, not in each child. */
  uint64_t options = OPENSSL_INIT_NO_LOAD_CONFIG |
                     OPENSSL_INIT_LOAD_SSL_STRINGS |
                     OPENSSL_INIT_LOAD_CRYPTO_STRINGS;
  if (!OPENSSL_init_ssl(options, NULL)) {
    return certspec_error_set(error, NULL, 0,
                              "the libssl under test does not start: %s",
                              ERR_reason_error_string(ERR_peek_error()));
  }

  (void)can_count(); /* before the fork, likewise */
  return 1;
}

/* Splits "OpenSSL 3.0.19 27 Jan 2026" once. */
static void read_version(void) {
  if (version_text[0] != '\0') {
    return;
  }

  const char *text = OpenSSL_version(OPENSSL_VERSION);
  if (sscanf(text, "%31s %31s", library_name, version_text) != 2) {
    snprintf(version_text, sizeof(version_text), "0");
  }

  for (char *c = library_name; *c != '\0'; c++) {
    *c = (char)tolower((unsigned char)*c);
  }
}

const char *subject_library(void) {
  read_version();
  return library_name;
}

int subject_is_fork(void) {
  return strcmp(subject_library(), "openssl") != 0;
}

const char *subject_version(void) {
  read_version();
  return version_text;
}

static json_t *file_sha256(const char *path) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned digest_len = 0;
  char hex[2 * EVP_MAX_MD_SIZE + 1];
  char block[16384];
  size_t num;
  FILE *file = fopen(path, "rbe");
  EVP_MD_CTX *md = EVP_MD_CTX_new();
  int ok =
      file != NULL && md != NULL && EVP_DigestInit_ex(md, EVP_sha256(), NULL);
  while (ok && (num = fread(block, 1, sizeof(block), file)) > 0) {
    ok = EVP_DigestUpdate(md, block, num);
  }
  ok = ok && !ferror(file) && EVP_DigestFinal_ex(md, digest, &digest_len);
  for (unsigned i = 0; ok && i < digest_len; i++) {
    snprintf(hex + 2 * (size_t)i, 3, "%02x", digest[i]);
  }

  EVP_MD_CTX_free(md);
  if (file != NULL) {
    fclose(file);
  }
  return ok ? json_string(hex) : json_null();
}

/* The file that a function of the library was really mapped from. */
static json_t *mapped_file(void *function) {
  Dl_info info;
  char path[PATH_MAX];
  if (dladdr(function, &info) == 0 || info.dli_fname == NULL ||
      realpath(info.dli_fname, path) == NULL) {
    return json_null();
  }

  return json_pack("{s:s, s:o}", "path", path, "sha256", file_sha256(path));
}

/* ISO C has no cast from a function to an object pointer; POSIX has. */
static void *address_of(void (*function)(void)) {
  void *address;
  memcpy(&address, &function, sizeof(address));
  return address;
}

json_t *subject_describe(void) {
  char line[32];
  char built_with[32] = "";
  char build[1024];
  if (!subject_version_line(line, sizeof(line), subject_version())) {
    return NULL;
  }

  sscanf(OPENSSL_VERSION_TEXT, "%*s %31s", built_with);
  snprintf(build, sizeof(build), "%s; %s", OpenSSL_version(OPENSSL_PLATFORM),
           OpenSSL_version(OPENSSL_CFLAGS));
  return json_pack(
      "{s:s, s:s, s:s, s:s, s:o, s:o, s:s}", "library", subject_library(),
      "version", subject_version(), "line", line, "built_with", built_with,
      "libssl", mapped_file(address_of((void (*)(void))SSL_new)), "libcrypto",
      mapped_file(address_of((void (*)(void))ERR_get_error)), "build", build);
}

X509 *subject_peer_certificate(const SSL *ssl) {
#if OPENSSL_VERSION_NUMBER >= 0x30000000L
  return SSL_get1_peer_certificate(ssl);
#else
  return SSL_get_peer_certificate(ssl);
#endif
}

EVP_PKEY *subject_copy_key(EVP_PKEY *key) {
#if OPENSSL_VERSION_NUMBER >= 0x30000000L
  ERR_set_mark();
  EVP_PKEY *copy = EVP_PKEY_dup(key);
  ERR_pop_to_mark();
  return copy;
#else
  (void)key;
  return NULL;
#endif
}

#ifdef CERTSPEC_SUBJECT_FORK_H
void subject_ask_for_cookies(SSL_CTX *ctx) {
  (void)ctx;
}
#else
static const unsigned char COOKIE[] = "a cookie";

static int make_cookie(SSL *ssl, unsigned char *cookie, unsigned *cookie_len) {
  (void)ssl;
  memcpy(cookie, COOKIE, sizeof(COOKIE));
  *cookie_len = sizeof(COOKIE);
  return 1;
}

static int check_cookie(SSL *ssl, const unsigned char *cookie,
                        unsigned cookie_len) {
  (void)ssl;
  return cookie_len == sizeof(COOKIE) &&
         memcmp(cookie, COOKIE, sizeof(COOKIE)) == 0;
}

void subject_ask_for_cookies(SSL_CTX *ctx) {
  SSL_CTX_set_options(ctx, SSL_OP_COOKIE_EXCHANGE);
  SSL_CTX_set_cookie_generate_cb(ctx, make_cookie);
  SSL_CTX_set_cookie_verify_cb(ctx, check_cookie);
}
#endif

int subject_ssl_state(const SSL *ssl) {
  return (int)SSL_get_state(ssl);
}

/* WARNING: in OpenSSL, SSL_get_error and SSL_want do not tell. An error that is
 * left on the queue gives SSL_ERROR_SSL up to 3.6 though the handshake goes on,
 * and after an alert SSL_want still says SSL_READING. A fork's SSL_state_string
 * has other words. */
int subject_failed_for_good(const SSL *ssl, int error) {
  if (subject_is_fork()) {
    return error != SSL_ERROR_NONE && error != SSL_ERROR_WANT_READ &&
           error != SSL_ERROR_WANT_WRITE && error != SSL_ERROR_WANT_X509_LOOKUP;
  }

  return strcmp(SSL_state_string(ssl), "SSLERR") == 0;
}

void subject_raise(int library, int reason) {
#if OPENSSL_VERSION_NUMBER >= 0x30000000L
  ERR_new();
  ERR_set_debug("", 0, "");
  ERR_set_error(library, reason, NULL);
#else
  ERR_put_error(library, 0, reason, "", 0);
#endif
}
