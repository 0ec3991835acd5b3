#include "subject.h"

#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmocka_all.h"
#include "scratch.h"

#define NUM(array) (sizeof(array) / sizeof((array)[0]))

/* A configuration that would make every SSL_CTX refuse all below TLS 1.3. */
static const char CONFIGURATION[] =
    "openssl_conf = init\n"
    "[init]\nssl_conf = modules\n"
    "[modules]\nsystem_default = settings\n"
    "[settings]\nMinProtocol = TLSv1.3\n";

static int start_with_configuration(void **state) {
  struct scratch scratch;
  struct certspec_error error = {""};
  (void)state;
  scratch_make(&scratch);
  setenv("OPENSSL_CONF", scratch_write(&scratch, "openssl.cnf", CONFIGURATION),
         1);
  int started = subject_start(&error);
  /* What would read it lazily does so with the first SSL_CTX. */
  SSL_CTX_free(SSL_CTX_new(TLS_client_method()));
  scratch_remove(&scratch);
  return started ? 0 : -1;
}

static void test_no_configuration_is_read(void **state) {
  SSL_CTX *ctx = SSL_CTX_new(TLS_client_method());
  (void)state;
  assert_non_null(ctx);
  assert_int_equal(SSL_CTX_get_min_proto_version(ctx), 0);
  SSL_CTX_free(ctx);
}

static void test_description(void **state) {
  json_t *about = subject_describe();
  (void)state;
  assert_non_null(about);
  assert_string_equal(json_string_value(json_object_get(about, "library")),
                      subject_library());
  assert_string_equal(json_string_value(json_object_get(about, "version")),
                      subject_version());
  const char *line = json_string_value(json_object_get(about, "line"));
  assert_non_null(line);
  assert_int_equal(strncmp(subject_version(), line, strlen(line)), 0);

  static const char *const FILES[] = {"libssl", "libcrypto"};
  for (size_t i = 0; i < NUM(FILES); i++) {
    const json_t *file = json_object_get(about, FILES[i]);
    const char *path = json_string_value(json_object_get(file, "path"));
    const char *sha256 = json_string_value(json_object_get(file, "sha256"));
    assert_non_null(path);
    assert_int_equal(access(path, R_OK), 0);
    assert_non_null(sha256);
    assert_int_equal(strlen(sha256), 64);
  }
  json_decref(about);
}

static int satisfies(const char *version, const char *range) {
  json_t *ranges = json_pack("[s]", range);
  int answer = subject_version_satisfies(version, ranges);
  json_decref(ranges);
  return answer;
}

static void test_version_ranges(void **state) {
  static const struct {
    const char *version;
    const char *range;
    int answer;
  } ROWS[] = {
      {"3.0.19", ">=3.0.0", 1},    {"3.0.19", "<3.1", 1},
      {"3.0.19", "=3.0.19", 1},    {"3.0.19", "=3.0.1", 0},
      {"3.0.19", ">3.0.19", 0},    {"3.0.19", "<=3.0.19", 1},
      {"3.0.9", "<3.0.10", 1},     {"3.10.0", ">3.9.9", 1},
      {"4.0.0", "<4", 0},          {"4.0.0", "=4", 1},
      {"1.1.1w", ">=1.1.1l", 1},   {"1.1.1", "<1.1.1a", 1},
      {"1.1.1w", "=1.1.1w", 1},    {"1.1.1w", "<3.0.0", 1},
      {"1.1.1za", ">1.1.1z", 1},   {"3.5.0-dev", "<3.5.0", 1},
      {"3.5.0-dev", ">3.4.9", 1},  {"3.5.0+quic", "=3.5.0", 1},
      {"3.0.19", "3.0.19", -1},    {"3.0.19", "=>3.0.19", -1},
      {"3.0.19", ">=", -1},        {"3.0.19", "", -1},
      {"3.0.19", ">= 3.0.19", -1}, {"3.0.19", ">=3.0.x", -1},
      {"3.0.19", "==3.0.19", -1},  {"three", ">=3.0.0", -1},
  };
  (void)state;
  for (size_t i = 0; i < NUM(ROWS); i++) {
    int answer = satisfies(ROWS[i].version, ROWS[i].range);
    if (answer != ROWS[i].answer) {
      fail_msg("%s %s: %d", ROWS[i].version, ROWS[i].range, answer);
    }
  }
}

static void test_all_ranges_must_hold(void **state) {
  json_t *both = json_pack("[s, s]", ">=1.0.0", "<1.1.0");
  json_t *none = json_array();
  json_t *number = json_pack("[i]", 3);
  (void)state;
  assert_int_equal(subject_version_satisfies("1.0.2", both), 1);
  assert_int_equal(subject_version_satisfies("3.0.0", both), 0);
  assert_int_equal(subject_version_in(both), 0);
  assert_int_equal(subject_version_in(none), 1);
  assert_int_equal(subject_version_in(number), -1);
  assert_int_equal(subject_version_in(NULL), -1);
  json_decref(both);
  json_decref(none);
  json_decref(number);
}

static void test_features(void **state) {
  size_t num;
  const struct subject_feature *features = subject_features(&num);
  (void)state;
  assert_true(num > 0);
  for (size_t i = 0; i < num; i++) {
    int has = subject_has(features[i].name);
    assert_true(has == 0 || has == 1);
    assert_int_equal(subject_has(features[i].name), has);
    assert_true(strlen(features[i].about) > 0);
    for (size_t k = 0; k < i; k++) {
      assert_string_not_equal(features[i].name, features[k].name);
    }
  }
  assert_int_equal(subject_has("tls1.2"), 1);
  assert_int_equal(subject_has("no such feature"), -1);
  assert_int_equal(ERR_peek_error(), 0);
}

static void test_error_and_want_symbols(void **state) {
  (void)state;
  assert_string_equal(subject_error_symbol(SSL_ERROR_NONE), "SSL_ERROR_NONE");
  assert_string_equal(subject_error_symbol(SSL_ERROR_WANT_X509_LOOKUP),
                      "SSL_ERROR_WANT_X509_LOOKUP");
  assert_string_equal(subject_error_symbol(17), "SSL_ERROR_17");
  assert_string_equal(subject_want_symbol(SSL_NOTHING), "SSL_NOTHING");
  assert_string_equal(subject_want_symbol(SSL_X509_LOOKUP), "SSL_X509_LOOKUP");
  assert_string_equal(subject_want_symbol(77), "SSL_WANT_77");
  assert_string_equal(subject_message_symbol(13), "CertificateRequest");
  assert_string_equal(subject_message_symbol(99), "handshake_type_99");
  assert_string_equal(subject_alert_symbol(116), "certificate_required");
  assert_string_equal(subject_alert_symbol(5), "alert_5");
}

static const char *symbol_of(int library, int reason) {
  ERR_clear_error();
  subject_raise(library, reason);
  return subject_reason_symbol(ERR_get_error());
}

static void test_reason_symbols(void **state) {
  (void)state;
#define ASSERT_SYMBOL(library, reason) \
  assert_string_equal(symbol_of(library, reason), #reason)
  ASSERT_SYMBOL(ERR_LIB_SSL, SSL_R_BAD_DATA_RETURNED_BY_CALLBACK);
  ASSERT_SYMBOL(ERR_LIB_SSL, SSL_R_CALLBACK_FAILED);
  ASSERT_SYMBOL(ERR_LIB_SSL, SSL_R_SHUTDOWN_WHILE_IN_INIT);
  ASSERT_SYMBOL(ERR_LIB_SSL, SSL_R_SSLV3_ALERT_HANDSHAKE_FAILURE);
  ASSERT_SYMBOL(ERR_LIB_SSL, SSL_R_TLSV1_ALERT_UNKNOWN_CA);
  ASSERT_SYMBOL(ERR_LIB_SSL, SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED);
  ASSERT_SYMBOL(ERR_LIB_X509, X509_R_KEY_VALUES_MISMATCH);
  ASSERT_SYMBOL(ERR_LIB_SSL, ERR_R_PASSED_NULL_PARAMETER);
  ASSERT_SYMBOL(ERR_LIB_SSL, ERR_R_INTERNAL_ERROR);
  ASSERT_SYMBOL(ERR_LIB_X509, ERR_R_EVP_LIB);
  ASSERT_SYMBOL(ERR_LIB_SSL, ERR_R_DISABLED);
#undef ASSERT_SYMBOL
  assert_string_equal(symbol_of(ERR_LIB_USER, 1), "ERR_LIB_USER:1");
  assert_string_equal(symbol_of(ERR_LIB_SYS, 5), "ERR_LIB_SYS:5");
  assert_string_equal(symbol_of(ERR_LIB_SSL, 4000), "ERR_LIB_20:4000");
}

static void test_state_symbols(void **state) {
  SSL_CTX *ctx = SSL_CTX_new(TLS_client_method());
  SSL *ssl = SSL_new(ctx);
  BIO *nothing = BIO_new(BIO_s_mem());
  (void)state;
  assert_non_null(ssl);
  assert_string_equal(subject_state_symbol(ssl), "TLS_ST_BEFORE");
  SSL_set_connect_state(ssl);
  SSL_set_bio(ssl, nothing, nothing);
  assert_int_equal(SSL_do_handshake(ssl), -1);
  assert_int_equal(subject_ssl_state(ssl), SSL_get_state(ssl));
  SSL_free(ssl);
  SSL_CTX_free(ctx);
  ERR_clear_error();
}

static void test_options_modes_and_flags(void **state) {
  unsigned long long option;
  unsigned long mode;
  unsigned flag;
  int known;
  (void)state;
  assert_true(subject_option("SSL_OP_NO_RENEGOTIATION", &option, &known));
  assert_true(known && option == SSL_OP_NO_RENEGOTIATION);
  assert_false(subject_option("SSL_OP_NO_SUCH_OPTION", &option, &known));
  assert_false(known);
  assert_true(subject_mode("SSL_MODE_NO_AUTO_CHAIN", &mode, &known));
  assert_true(known && mode == SSL_MODE_NO_AUTO_CHAIN);
  assert_false(subject_mode("SSL_MODE", &mode, &known));
  assert_false(known);
  assert_true(subject_cert_flag("SSL_CERT_FLAG_TLS_STRICT", &flag, &known));
  assert_true(known && flag == SSL_CERT_FLAG_TLS_STRICT);
  assert_false(subject_cert_flag("", &flag, &known));
  assert_false(known);
}

static void test_freed_certificates_are_counted(void **state) {
  unsigned first = 0;
  unsigned second = 0;
  X509 *certificate = X509_new();
  X509 *other = X509_new();
  (void)state;
  assert_true(subject_on_certificate_freed(certificate, &first));
  assert_true(subject_on_certificate_freed(other, &second));
  assert_true(X509_up_ref(certificate));
  X509_free(certificate);
  assert_int_equal(first, 0);
  X509_free(certificate);
  assert_int_equal(first, 1);
  assert_int_equal(second, 0);
  X509_free(other);
  assert_int_equal(second, 1);
}

static EVP_PKEY *new_ec_key(void) {
  EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_id(EVP_PKEY_EC, NULL);
  EVP_PKEY *key = NULL;
  assert_true(EVP_PKEY_keygen_init(ctx) > 0);
  assert_true(
      EVP_PKEY_CTX_set_ec_paramgen_curve_nid(ctx, NID_X9_62_prime256v1) > 0);
  assert_true(EVP_PKEY_keygen(ctx, &key) > 0);
  EVP_PKEY_CTX_free(ctx);
  return key;
}

static void test_freed_keys_are_counted(void **state) {
  unsigned freed = 0;
  EVP_PKEY *key = new_ec_key();
  (void)state;
  assert_true(subject_on_key_freed(key, &freed));
  assert_true(EVP_PKEY_up_ref(key));
  EVP_PKEY_free(key);
  assert_int_equal(freed, 0);
  EVP_PKEY_free(key);
  assert_int_equal(freed, 1);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_no_configuration_is_read),
      cmocka_unit_test(test_description),
      cmocka_unit_test(test_version_ranges),
      cmocka_unit_test(test_all_ranges_must_hold),
      cmocka_unit_test(test_features),
      cmocka_unit_test(test_error_and_want_symbols),
      cmocka_unit_test(test_reason_symbols),
      cmocka_unit_test(test_state_symbols),
      cmocka_unit_test(test_options_modes_and_flags),
      cmocka_unit_test(test_freed_certificates_are_counted),
      cmocka_unit_test(test_freed_keys_are_counted),
  };
  return cmocka_run_group_tests(tests, start_with_configuration, NULL);
}
