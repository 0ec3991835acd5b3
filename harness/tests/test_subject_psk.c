#include "subject_psk.h"

#include <openssl/evp.h>

#include "cmocka_all.h"
#include "subject.h"

static const unsigned char KEY[16] = "a key of a test";

static SSL_CTX *ctx;
static SSL *ssl;

static int make_ssl(void **state) {
  (void)state;
  ctx = SSL_CTX_new(TLS_client_method());
  ssl = ctx != NULL ? SSL_new(ctx) : NULL;
  return ssl != NULL ? 0 : -1;
}

static int free_ssl(void **state) {
  (void)state;
  SSL_free(ssl);
  SSL_CTX_free(ctx);
  return 0;
}

/* RFC 8446, appendix B.4. */
static void test_ciphersuites(void **state) {
  (void)state;
  assert_int_equal(subject_psk_ciphersuite("TLS_AES_128_GCM_SHA256"), 0x1301);
  assert_int_equal(subject_psk_ciphersuite("TLS_AES_256_GCM_SHA384"), 0x1302);
  assert_int_equal(subject_psk_ciphersuite("TLS_CHACHA20_POLY1305_SHA256"),
                   0x1303);
  assert_int_equal(subject_psk_ciphersuite("TLS_PSK_WITH_AES_128_CBC_SHA"), -1);
  assert_int_equal(subject_psk_ciphersuite(NULL), -1);
}

static int use_session(SSL *unused, const EVP_MD *digest,
                       const unsigned char **out_identity,
                       size_t *out_identity_len, SSL_SESSION **out_session) {
  (void)unused;
  (void)digest;
  *out_identity = NULL;
  *out_identity_len = 0;
  *out_session = NULL;
  return 1;
}

/* What the features say is what can be done. */
static void test_features_tell(void **state) {
  size_t num = 1;
  (void)state;
  assert_int_equal(subject_set_psk_use_session_callback(ctx, use_session),
                   subject_has("external-psk"));
  assert_int_equal(subject_early_data_status(ssl) != NULL,
                   subject_has("early-data"));
  /* There is no session that would allow it. */
  assert_true(subject_write_early_data(ssl, "x", 1, &num) <= 0);
}

static void test_a_session_of_a_key(void **state) {
  (void)state;
  if (!subject_has("external-psk")) {
    skip();
  }

  SSL_SESSION *session =
      subject_new_psk_session(ssl, NULL, 0x1301, KEY, sizeof(KEY), 1000);
  unsigned char key[64];
  assert_non_null(session);
  assert_int_equal(SSL_SESSION_get_protocol_version(session), TLS1_3_VERSION);
  assert_int_equal(SSL_SESSION_get_max_early_data(session), 1000);
  assert_int_equal(SSL_SESSION_get_master_key(session, key, sizeof(key)),
                   sizeof(KEY));
  assert_memory_equal(key, KEY, sizeof(KEY));
  SSL_SESSION_free(session);
}

/* After a HelloRetryRequest the suite is chosen: only its hash will do. */
static void test_a_digest_has_to_fit(void **state) {
  (void)state;
  if (!subject_has("external-psk")) {
    skip();
  }

  SSL_SESSION *session =
      subject_new_psk_session(ssl, EVP_sha384(), 0x1302, KEY, sizeof(KEY), 0);
  assert_non_null(session);
  SSL_SESSION_free(session);
  assert_null(
      subject_new_psk_session(ssl, EVP_sha384(), 0x1301, KEY, sizeof(KEY), 0));
  assert_null(subject_new_psk_session(ssl, NULL, 0x13ff, KEY, sizeof(KEY), 0));
}

static void test_status_of_what_was_not_sent(void **state) {
  (void)state;
  if (!subject_has("early-data")) {
    skip();
  }

  assert_string_equal(subject_early_data_status(ssl),
                      "SSL_EARLY_DATA_NOT_SENT");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_ciphersuites),
      cmocka_unit_test(test_features_tell),
      cmocka_unit_test(test_a_session_of_a_key),
      cmocka_unit_test(test_a_digest_has_to_fit),
      cmocka_unit_test(test_status_of_what_was_not_sent),
  };
  return cmocka_run_group_tests(tests, make_ssl, free_ssl);
}
