#include "subject_engine.h"

#include <openssl/err.h>

#include "cmocka_all.h"
#include "subject.h"

static int give_none(SSL *ssl, STACK_OF(X509_NAME) * ca_list, X509 **x509,
                     EVP_PKEY **pkey) {
  (void)ssl;
  (void)ca_list;
  (void)x509;
  (void)pkey;
  return 0;
}

static void test_an_engine_with_certificates_is_taken(void **state) {
  SSL_CTX *ctx = SSL_CTX_new(TLS_client_method());

  (void)state;
  assert_non_null(ctx);
  assert_int_equal(subject_set_client_cert_engine(ctx, give_none),
                   subject_has("engine") ? 1 : -1);
  SSL_CTX_free(ctx);
}

static void test_an_engine_without_is_refused(void **state) {
  SSL_CTX *ctx = SSL_CTX_new(TLS_client_method());

  (void)state;
  assert_non_null(ctx);
  assert_int_equal(subject_set_client_cert_engine(ctx, NULL),
                   subject_has("engine") ? 0 : -1);
  ERR_clear_error();
  SSL_CTX_free(ctx);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_an_engine_with_certificates_is_taken),
      cmocka_unit_test(test_an_engine_without_is_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
