/* WARNING: together with subject_symbols.c the only file with a version #if.
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

#if OPENSSL_VERSION_NUMBER < 0x30000000L
#include <openssl/ec.h>
#include <openssl/rsa.h>
#endif

#define MAX_VERSION_PARTS 3

/* One version, comparable. */
struct version {
  unsigned long parts[MAX_VERSION_PARTS];
  unsigned long letters; /* of 1.1.1w: 23; 0 without */
  int released;          /* 0: -dev, -alpha1, -beta1 */
};

static char library_name[32];
static char version_text[32];

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

/* version_parse reads "3.0", "1.1.1w", "3.5.0-dev". 1, or 0 if malformed. */
static int version_parse(struct version *out, const char *text) {
  *out = (struct version){.released = 1};
  size_t num = 0;
  while (isdigit((unsigned char)*text) && num < MAX_VERSION_PARTS) {
    char *end;
    out->parts[num++] = strtoul(text, &end, 10);
    text = end;
    if (*text != '.' || !isdigit((unsigned char)text[1])) {
      break;
    }
    text++;
  }
  if (num == 0) {
    return 0;
  }

  /* After "z" came "za": letters count on. */
  while (*text >= 'a' && *text <= 'z') {
    out->letters += (unsigned long)(*text++ - 'a') + 1;
  }

  out->released = *text != '-';
  if (*text == '+') {
    return 1; /* build metadata */
  }

  return *text == '\0' || *text == '-';
}

static int compare_numbers(unsigned long a, unsigned long b) {
  return (a > b) - (a < b);
}

static int version_compare(const struct version *a, const struct version *b) {
  for (size_t i = 0; i < MAX_VERSION_PARTS; i++) {
    int order = compare_numbers(a->parts[i], b->parts[i]);
    if (order != 0) {
      return order;
    }
  }

  if (a->letters != b->letters) {
    return compare_numbers(a->letters, b->letters);
  }

  return a->released - b->released;
}

/* Whether |version| satisfies ">=3.0.0"; -1 when it is malformed. */
static int version_in_range(const struct version *version, const char *range) {
  size_t operator_len = strspn(range, "<>=");
  struct version bound;
  if (!version_parse(&bound, range + operator_len)) {
    return -1;
  }

  int order = version_compare(version, &bound);
  if (operator_len == 1) {
    return *range == '<' ? order < 0 : *range == '>' ? order > 0 : order == 0;
  }

  if (strncmp(range, "<=", 2) == 0 && operator_len == 2) {
    return order <= 0;
  }

  if (strncmp(range, ">=", 2) == 0 && operator_len == 2) {
    return order >= 0;
  }

  return -1;
}

int subject_version_satisfies(const char *text, const json_t *ranges) {
  struct version version;
  if (!json_is_array(ranges) || !version_parse(&version, text)) {
    return -1;
  }

  int all = 1;
  size_t i;
  const json_t *range;
  json_array_foreach(ranges, i, range) {
    int in = json_is_string(range)
                 ? version_in_range(&version, json_string_value(range))
                 : -1;
    if (in < 0) {
      return -1;
    }

    all = all && in;
  }
  return all;
}

int subject_version_in(const json_t *ranges) {
  return subject_version_satisfies(subject_version(), ranges);
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
  struct version version;
  if (!version_parse(&version, subject_version())) {
    return NULL;
  }

  /* Up to 1.1.1 a line was three numbers and a letter counted on in it. */
  if (version.parts[0] < 3) {
    snprintf(line, sizeof(line), "%lu.%lu.%lu", version.parts[0],
             version.parts[1], version.parts[2]);
  } else {
    snprintf(line, sizeof(line), "%lu.%lu", version.parts[0], version.parts[1]);
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

/* Whether the mapped library has |function|: headers may be older or newer. */
static void *library_function(const char *function) {
  void *address = dlsym(RTLD_DEFAULT, function);
  if (address == NULL) {
    /* wolfSSL's headers turn SSL_new into wolfSSL_new. */
    char name[128];
    snprintf(name, sizeof(name), "wolf%s", function);
    address = dlsym(RTLD_DEFAULT, name);
  }
  return address;
}

/* Whether an SSL_CTX of |method| can be limited to |version|. */
static int method_has(const SSL_METHOD *method, int version) {
  ERR_set_mark();
  SSL_CTX *ctx = SSL_CTX_new(method);
  int has = 0;
  if (ctx != NULL) {
    SSL_CTX_set_security_level(ctx, 0);
    has = SSL_CTX_set_min_proto_version(ctx, version) &&
          SSL_CTX_set_max_proto_version(ctx, version);
  }
  SSL_CTX_free(ctx);
  ERR_pop_to_mark();
  return has;
}

static int has_tls1_0(void) {
  return method_has(TLS_client_method(), TLS1_VERSION);
}

static int has_tls1_1(void) {
  return method_has(TLS_client_method(), TLS1_1_VERSION);
}

static int has_tls1_2(void) {
  return method_has(TLS_client_method(), TLS1_2_VERSION);
}

static int has_tls1_3(void) {
  return method_has(TLS_client_method(), TLS1_3_VERSION);
}

static int has_dtls1_0(void) {
  return method_has(DTLS_client_method(), DTLS1_VERSION);
}

static int has_dtls1_2(void) {
  return method_has(DTLS_client_method(), DTLS1_2_VERSION);
}

static int has_quic(void) {
  return library_function("OSSL_QUIC_client_method") != NULL;
}

static int has_engine(void) {
  return library_function("SSL_CTX_set_client_cert_engine") != NULL;
}

static int has_key_ex_data(void) {
#if OPENSSL_VERSION_NUMBER >= 0x30000000L
  return 1;
#else
  return 0;
#endif
}

/* Compiled in is not enough: each algorithm can be left out of a build. */
static int has_certificate_compression(void) {
  void *symbol = library_function("SSL_CTX_set1_cert_comp_preference");
  int (*set_preference)(SSL_CTX *, int *, size_t);
  int algorithms[] = {1, 2, 3}; /* RFC 8879: zlib, brotli, zstd */
  int has = 0;
  if (symbol == NULL) {
    return 0;
  }

  memcpy(&set_preference, &symbol, sizeof(symbol));
  ERR_set_mark();
  SSL_CTX *ctx = SSL_CTX_new(TLS_client_method());
  for (size_t i = 0; ctx != NULL && i < 3; i++) {
    has |= set_preference(ctx, &algorithms[i], 1) == 1;
  }
  SSL_CTX_free(ctx);
  ERR_pop_to_mark();
  return has;
}

static int has_raw_public_keys(void) {
  return library_function("SSL_set1_client_cert_type") != NULL;
}

static int has_post_handshake_auth(void) {
  return has_tls1_3() &&
         library_function("SSL_CTX_set_post_handshake_auth") != NULL;
}

static int has_renegotiation(void) {
  return has_tls1_2() && library_function("SSL_renegotiate") != NULL;
}

static int has_ssl_dup(void) {
  return library_function("SSL_dup") != NULL;
}

static int has_peer_ca_list(void) {
  return library_function("SSL_get0_peer_CA_list") != NULL;
}

static int has_client_cert_cb_getter(void) {
  return library_function("SSL_CTX_get_client_cert_cb") != NULL;
}

static int has_key_type(const char *name) {
  ERR_set_mark();
#if OPENSSL_VERSION_NUMBER >= 0x30000000L
  EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, name, NULL);
#else
  int type = OBJ_sn2nid(name);
  EVP_PKEY_CTX *ctx =
      type != NID_undef ? EVP_PKEY_CTX_new_id(type, NULL) : NULL;
#endif
  int has = ctx != NULL && EVP_PKEY_keygen_init(ctx) > 0;
  EVP_PKEY_CTX_free(ctx);
  ERR_pop_to_mark();
  return has;
}

static int has_ed25519(void) {
  return has_key_type("ED25519");
}

static int has_ed448(void) {
  return has_key_type("ED448");
}

static int has_ml_dsa(void) {
  return has_key_type("ML-DSA-65");
}

static const struct {
  struct subject_feature feature;
  int (*has)(void);
} FEATURES[] = {
    {{"tls1.0", "TLS 1.0 (a build can leave it out)"}, has_tls1_0},
    {{"tls1.1", "TLS 1.1 (a build can leave it out)"}, has_tls1_1},
    {{"tls1.2", "TLS 1.2 (a build can leave it out)"}, has_tls1_2},
    {{"tls1.3", "TLS 1.3 (a build can leave it out)"}, has_tls1_3},
    {{"dtls1.0", "DTLS 1.0 (a build can leave it out)"}, has_dtls1_0},
    {{"dtls1.2", "DTLS 1.2 (a build can leave it out)"}, has_dtls1_2},
    {{"quic", "a QUIC client (OpenSSL 3.2 and later)"}, has_quic},
    {{"engine", "SSL_CTX_set_client_cert_engine (gone with OpenSSL 4.0)"},
     has_engine},
    {{"key-free-count",
      "an EVP_PKEY of any type tells when it is freed (OpenSSL 3.0 and later)"},
     has_key_ex_data},
    {{"certificate-compression",
      "RFC 8879 with at least one algorithm (OpenSSL 3.2 and later, by build)"},
     has_certificate_compression},
    {{"raw-public-keys", "RFC 7250 (OpenSSL 3.2 and later)"},
     has_raw_public_keys},
    {{"post-handshake-auth", "TLS 1.3 post-handshake authentication"},
     has_post_handshake_auth},
    {{"renegotiation", "SSL_renegotiate, and TLS 1.2 to use it with"},
     has_renegotiation},
    {{"ssl-dup", "SSL_dup"}, has_ssl_dup},
    {{"peer-ca-list", "SSL_get0_peer_CA_list"}, has_peer_ca_list},
    {{"client-cert-cb-getter",
      "SSL_CTX_get_client_cert_cb (no fork of OpenSSL has it)"},
     has_client_cert_cb_getter},
    {{"ed25519", "Ed25519 keys"}, has_ed25519},
    {{"ed448", "Ed448 keys"}, has_ed448},
    {{"ml-dsa", "ML-DSA keys (OpenSSL 3.5 and later)"}, has_ml_dsa},
};

enum { NUM_FEATURES = sizeof(FEATURES) / sizeof(FEATURES[0]) };

const struct subject_feature *subject_features(size_t *out_num) {
  static struct subject_feature features[NUM_FEATURES];
  for (size_t i = 0; i < NUM_FEATURES; i++) {
    features[i] = FEATURES[i].feature;
  }
  *out_num = NUM_FEATURES;
  return features;
}

int subject_has(const char *feature) {
  static signed char known[NUM_FEATURES]; /* 0: not asked yet, 1: no, 2: yes */
  for (size_t i = 0; i < NUM_FEATURES; i++) {
    if (strcmp(FEATURES[i].feature.name, feature) == 0) {
      if (known[i] == 0) {
        known[i] = FEATURES[i].has() ? 2 : 1;
      }
      return known[i] == 2;
    }
  }
  return -1;
}

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

int subject_on_certificate_freed(X509 *certificate, unsigned *counter) {
  static int index = -1;
  return counter_index(CRYPTO_EX_INDEX_X509, &index) >= 0 &&
         X509_set_ex_data(certificate, index, counter);
}

int subject_on_key_freed(EVP_PKEY *key, unsigned *counter) {
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

X509 *subject_peer_certificate(const SSL *ssl) {
#if OPENSSL_VERSION_NUMBER >= 0x30000000L
  return SSL_get1_peer_certificate(ssl);
#else
  return SSL_get_peer_certificate(ssl);
#endif
}

int subject_ssl_state(const SSL *ssl) {
  return (int)SSL_get_state(ssl);
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
