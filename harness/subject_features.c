#include <dlfcn.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>

#include "subject.h"
#include "subject_rsa_method.h"

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

/* WARNING: wolfSSL_write_early_data takes other types: OpenSSL's own name. */
static int has_external_psk(void) {
  return has_tls1_3() &&
         dlsym(RTLD_DEFAULT, "SSL_CTX_set_psk_use_session_callback") != NULL;
}

static int has_early_data(void) {
  return has_tls1_3() && dlsym(RTLD_DEFAULT, "SSL_write_early_data") != NULL;
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

static int has_dtls_timer(void) {
  return library_function("DTLS_set_timer_cb") != NULL;
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
    {{"failing-key",
      "RSA_METHOD, with which a key can be made that fails to sign (a fork "
      "need not have it)"},
     subject_has_rsa_method},
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
    {{"external-psk",
      "SSL_CTX_set_psk_use_session_callback: PSKs of TLS 1.3 from outside"},
     has_external_psk},
    {{"early-data", "SSL_write_early_data: 0-RTT data of TLS 1.3"},
     has_early_data},
    {{"ssl-dup", "SSL_dup"}, has_ssl_dup},
    {{"peer-ca-list", "SSL_get0_peer_CA_list"}, has_peer_ca_list},
    {{"client-cert-cb-getter",
      "SSL_CTX_get_client_cert_cb (no fork of OpenSSL has it)"},
     has_client_cert_cb_getter},
    {{"dtls-timer",
      "DTLS_set_timer_cb: lost datagrams are sent again by I/O functions, in a "
      "time that can be set (no fork of OpenSSL)"},
     has_dtls_timer},
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
