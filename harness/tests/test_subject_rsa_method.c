#include "subject_rsa_method.h"

#include <openssl/err.h>

#include "cmocka_all.h"
#include "pki.h"
#include "subject.h"

/* What EVP_DigestSign of some bytes with SHA-256 returns. */
static int sign(EVP_PKEY *key) {
  unsigned char signature[1024];
  size_t signature_len = sizeof(signature);
  EVP_MD_CTX *md = EVP_MD_CTX_new();
  int value = EVP_DigestSignInit(md, NULL, EVP_sha256(), NULL, key) == 1 &&
              EVP_DigestSign(md, signature, &signature_len,
                             (const unsigned char *)"signed", 6) == 1;

  EVP_MD_CTX_free(md);
  ERR_clear_error();
  return value;
}

static void test_all_but_signing(void **state) {
  struct certspec_error error = {""};
  struct pki *pki = pki_load(CERTSPEC_SOURCE_DIR "/vectors/pki", &error);
  EVP_PKEY *key = pki_key(pki, "rsa-leaf");
  EVP_PKEY *failing = pki_new_key(pki, "rsa-leaf:cannot-sign");

  (void)state;
  assert_int_equal(failing != NULL, subject_has("failing-key"));
  assert_int_equal(sign(key), 1);
  if (failing != NULL) {
    assert_int_equal(sign(failing), 0);
    assert_string_equal(pki_name_of_key(pki, failing), "rsa-leaf");
    assert_int_equal(
        X509_check_private_key(pki_certificate(pki, "rsa-leaf"), failing), 1);
    assert_int_equal(sign(key), 1);
  }
  EVP_PKEY_free(failing);
  pki_free(pki);
}

/* Only RSA has such a method. */
static void test_other_keys_are_none(void **state) {
  struct certspec_error error = {""};
  struct pki *pki = pki_load(CERTSPEC_SOURCE_DIR "/vectors/pki", &error);

  (void)state;
  assert_null(pki_new_key(pki, "ecdsa-leaf:cannot-sign"));
  ERR_clear_error();
  pki_free(pki);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_all_but_signing),
      cmocka_unit_test(test_other_keys_are_none),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
