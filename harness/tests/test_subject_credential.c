#include "subject_credential.h"

#include "cmocka_all.h"
#include "subject.h"

/* RFC 8879, section 7.3, and RFC 7250, section 4.2. */
static void test_names(void **state) {
  (void)state;
  assert_int_equal(subject_compression("zlib"), 1);
  assert_int_equal(subject_compression("brotli"), 2);
  assert_int_equal(subject_compression("zstd"), 3);
  assert_int_equal(subject_compression("lzma"), -1);
  assert_int_equal(subject_certificate_type("X509"), 0);
  assert_int_equal(subject_certificate_type("RawPublicKey"), 2);
  assert_int_equal(subject_certificate_type("OpenPGP"), -1);
}

/* What the features say is what can be set. */
static void test_features_tell(void **state) {
  SSL_CTX *ctx = SSL_CTX_new(TLS_client_method());
  json_t *types = json_pack("[s, s]", "RawPublicKey", "X509");
  json_t *any = json_pack("[s, s, s]", "zlib", "brotli", "zstd");

  (void)state;
  assert_non_null(ctx);
  assert_int_equal(subject_set_client_certificate_types(ctx, types),
                   subject_has("raw-public-keys"));
  assert_int_equal(subject_set_certificate_compression(ctx, any),
                   subject_has("certificate-compression"));
  json_decref(types);
  json_decref(any);
  SSL_CTX_free(ctx);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_names),
      cmocka_unit_test(test_features_tell),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
