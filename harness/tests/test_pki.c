#include "pki.h"

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <string.h>

#include "cmocka_all.h"
#include "json_document.h"
#include "scratch.h"
#include "subject.h"

#define PKI_FOLDER CERTSPEC_SOURCE_DIR "/vectors/pki"
#define NUM(array) (sizeof(array) / sizeof((array)[0]))

struct fixture {
  struct scratch scratch;
  struct json_document index; /* read by itself: the names there must be */
  struct pki *pki;
};

static int make_fixture(void **state) {
  static struct fixture fixture;
  struct certspec_error error = {""};
  scratch_make(&fixture.scratch);
  fixture.pki = pki_load(PKI_FOLDER, &error);
  if (fixture.pki == NULL ||
      !json_document_load(&fixture.index, PKI_FOLDER "/index.json", &error)) {
    print_error("%s\n", error.text);
    return -1;
  }

  *state = &fixture;
  return 0;
}

static int free_fixture(void **state) {
  struct fixture *fixture = *state;
  pki_free(fixture->pki);
  json_document_free(&fixture->index);
  scratch_remove(&fixture->scratch);
  return 0;
}

static json_t *names(const struct fixture *fixture) {
  json_t *certificates = json_object_get(fixture->index.root, "certificates");
  assert_true(json_object_size(certificates) >= 30);
  return certificates;
}

static void knows_every_certificate_again(void **state) {
  const struct fixture *fixture = *state;
  struct pki *pki = fixture->pki;
  const char *name = NULL;
  json_t *about = NULL;
  json_object_foreach(names(fixture), name, about) {
    X509 *certificate = pki_certificate(pki, name);
    assert_non_null(certificate);
    assert_true(pki_has(pki, name));
    assert_ptr_equal(pki_certificate(pki, name), certificate);
    assert_string_equal(pki_name_of_certificate(pki, certificate), name);

    X509_NAME *subject = X509_NAME_dup(X509_get_subject_name(certificate));
    assert_string_equal(pki_name_of_subject(pki, subject), name);
    X509_NAME_free(subject);
  }
}

/* Whether every subject, or this one, can decode the key of |name|. */
static int is_decodable(const char *name) {
  return strncmp(name, "mldsa", 5) != 0 || subject_has("ml-dsa");
}

static void knows_every_key_again(void **state) {
  const struct fixture *fixture = *state;
  struct pki *pki = fixture->pki;
  const char *name = NULL;
  json_t *about = NULL;
  json_object_foreach(names(fixture), name, about) {
    EVP_PKEY *key = pki_key(pki, name);
    assert_non_null(json_object_get(about, "key"));
    if (!is_decodable(name)) {
      assert_null(key);
      continue;
    }

    assert_non_null(key);
    assert_ptr_equal(pki_key(pki, name), key);
    assert_string_equal(pki_name_of_key(pki, key), name);
    assert_int_equal(X509_check_private_key(pki_certificate(pki, name), key),
                     1);
  }
}

/* Signing tells a private key from its public half. */
static int can_sign(EVP_PKEY *key) {
  unsigned char signature[512];
  size_t len = sizeof(signature);
  EVP_MD_CTX *context = EVP_MD_CTX_new();
  const int ok =
      EVP_DigestSignInit(context, NULL, EVP_sha256(), NULL, key) == 1 &&
      EVP_DigestSign(context, signature, &len, (const unsigned char *)"x", 1) ==
          1;
  EVP_MD_CTX_free(context);
  ERR_clear_error();
  return ok;
}

static void gives_the_public_half_alone(void **state) {
  const struct fixture *fixture = *state;
  struct pki *pki = fixture->pki;
  static const char *const NAMES[][2] = {{"rsa-leaf", "rsa-leaf:public"},
                                         {"ecdsa-leaf", "ecdsa-leaf:public"}};
  for (size_t i = 0; i < NUM(NAMES); i++) {
    EVP_PKEY *key = pki_key(pki, NAMES[i][1]);
    assert_true(pki_has(pki, NAMES[i][1]));
    assert_non_null(key);
    assert_ptr_equal(pki_key(pki, NAMES[i][1]), key);
    assert_ptr_not_equal(pki_key(pki, NAMES[i][0]), key);
    assert_true(can_sign(pki_key(pki, NAMES[i][0])));
    assert_false(can_sign(key));
    assert_string_equal(pki_name_of_key(pki, key), NAMES[i][0]);

    EVP_PKEY *own = pki_new_key(pki, NAMES[i][1]);
    assert_non_null(own);
    assert_false(can_sign(own));
    EVP_PKEY_free(own);
  }
}

static void gives_objects_of_their_own(void **state) {
  const struct fixture *fixture = *state;
  struct pki *pki = fixture->pki;
  X509 *certificate = pki_new_certificate(pki, "rsa-leaf");
  X509 *other = pki_new_certificate(pki, "rsa-leaf");
  assert_non_null(certificate);
  assert_non_null(other);
  assert_ptr_not_equal(certificate, other);
  assert_ptr_not_equal(certificate, pki_certificate(pki, "rsa-leaf"));
  assert_string_equal(pki_name_of_certificate(pki, certificate), "rsa-leaf");
  X509_free(certificate);

  /* What is done to one object is not seen in another. */
  assert_int_equal(X509_set_version(other, 0), 1);
  assert_int_equal(X509_get_version(pki_certificate(pki, "rsa-leaf")), 2);
  X509_free(other);

  EVP_PKEY *key = pki_new_key(pki, "rsa-leaf");
  assert_non_null(key);
  assert_ptr_not_equal(key, pki_key(pki, "rsa-leaf"));
  assert_true(can_sign(key));
  EVP_PKEY_free(key);
}

/* A copy of a key signs, and lives on when all else of it is gone. */
static void copies_of_keys_share_nothing(void **state) {
  static const char *const names[] = {"rsa-leaf", "ecdsa-leaf"};
  const struct fixture *fixture = *state;

  for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
    EVP_PKEY *key = pki_new_key(fixture->pki, names[i]);
    unsigned freed = 0;
    EVP_PKEY *copy = subject_copy_key(key);
    assert_int_equal(ERR_peek_error(), 0);
    assert_ptr_not_equal(copy, key);
    if (copy != NULL && subject_on_key_freed(copy, &freed)) {
      EVP_PKEY_free(key);
      assert_int_equal(freed, 0);
      assert_true(can_sign(copy));
      assert_string_equal(pki_name_of_key(fixture->pki, copy), names[i]);
      key = NULL;
    }
    EVP_PKEY_free(copy);
    assert_int_equal(freed, key == NULL);
    EVP_PKEY_free(key);
  }
}

/* Stocked or decoded now: no two are the same, and all have their names. */
static void gives_stocked_objects_once(void **state) {
  const struct fixture *fixture = *state;
  struct pki *pki = fixture->pki;
  X509 *certificates[4];
  EVP_PKEY *keys[4];

  pki_stock(pki, "no such name", true);
  pki_stock(pki, "rsa-leaf", true);
  for (size_t i = 0; i < NUM(keys); i++) {
    certificates[i] = pki_new_certificate(pki, "rsa-leaf");
    keys[i] = pki_new_key(pki, "rsa-leaf");
    assert_string_equal(pki_name_of_certificate(pki, certificates[i]),
                        "rsa-leaf");
    assert_string_equal(pki_name_of_key(pki, keys[i]), "rsa-leaf");
    assert_ptr_not_equal(certificates[i], pki_certificate(pki, "rsa-leaf"));
    assert_ptr_not_equal(keys[i], pki_key(pki, "rsa-leaf"));
    for (size_t j = 0; j < i; j++) {
      assert_ptr_not_equal(certificates[i], certificates[j]);
      assert_ptr_not_equal(keys[i], keys[j]);
    }
  }
  for (size_t i = 0; i < NUM(keys); i++) {
    X509_free(certificates[i]);
    EVP_PKEY_free(keys[i]);
  }
}

/* By address, by what it is called and by its encoding: the same name. */
static void names_a_key_the_same_in_each_way(void **state) {
  const struct fixture *fixture = *state;
  struct pki *pki = fixture->pki;
  const char *name = NULL;
  json_t *about = NULL;
  json_object_foreach(names(fixture), name, about) {
    EVP_PKEY *key = pki_new_key(pki, name);
    if (key == NULL) {
      continue;
    }

    const char *by_encoding = pki_name_of_key(pki, key);
    assert_non_null(by_encoding);
    assert_string_equal(pki_name_of_key(pki, pki_key(pki, name)), by_encoding);
    assert_string_equal(pki_name_of_key_called(pki, name), by_encoding);
    EVP_PKEY_free(key);
  }
  assert_null(pki_name_of_key_called(pki, "no such name"));
}

/* Returns rsa-leaf with one bit of its signature changed. */
static X509 *make_changed_certificate(struct pki *pki) {
  unsigned char *der = NULL;
  const int len = i2d_X509(pki_certificate(pki, "rsa-leaf"), &der);
  assert_true(len > 0);
  der[len - 1] ^= 1;
  const unsigned char *at = der;
  X509 *changed = d2i_X509(NULL, &at, len);
  OPENSSL_free(der);
  assert_non_null(changed);
  return changed;
}

static void does_not_know_what_was_changed(void **state) {
  const struct fixture *fixture = *state;
  X509 *changed = make_changed_certificate(fixture->pki);
  assert_null(pki_name_of_certificate(fixture->pki, changed));
  X509_free(changed);

  X509_NAME *subject = X509_NAME_dup(
      X509_get_subject_name(pki_certificate(fixture->pki, "rsa-leaf")));
  X509_NAME_ENTRY_free(X509_NAME_delete_entry(subject, 0));
  assert_null(pki_name_of_subject(fixture->pki, subject));
  X509_NAME_free(subject);

  assert_null(pki_name_of_certificate(fixture->pki, NULL));
  assert_null(pki_name_of_subject(fixture->pki, NULL));
  assert_null(pki_name_of_key(fixture->pki, NULL));
}

static void does_not_know_other_names(void **state) {
  struct pki *pki = ((struct fixture *)*state)->pki;
  static const char *const UNKNOWN[] = {"",
                                        "rsa-lea",
                                        "rsa-leaff",
                                        ":public",
                                        "rsa-lea:public",
                                        "rsa-leaf:private",
                                        "rsa-leaf:public:public"};
  for (size_t i = 0; i < NUM(UNKNOWN); i++) {
    assert_false(pki_has(pki, UNKNOWN[i]));
    assert_null(pki_certificate(pki, UNKNOWN[i]));
    assert_null(pki_new_certificate(pki, UNKNOWN[i]));
    assert_null(pki_key(pki, UNKNOWN[i]));
    assert_null(pki_new_key(pki, UNKNOWN[i]));
  }

  /* A key's name is no certificate's. */
  assert_null(pki_certificate(pki, "rsa-leaf:public"));
  assert_null(pki_new_certificate(pki, "rsa-leaf:public"));
}

/* Copies the PEM file |name| of vectors/pki into |scratch|. */
static void copy_pem(struct scratch *scratch, const char *name,
                     const char *as) {
  char path[512];
  char text[8192];
  snprintf(path, sizeof(path), "%s/%s", PKI_FOLDER, name);
  FILE *file = fopen(path, "re");
  assert_non_null(file);
  const size_t len = fread(text, 1, sizeof(text), file);
  fclose(file);
  assert_true(len > 0 && len < sizeof(text));
  scratch_write_bytes(scratch, as, text, len);
}

static const char ENCRYPTED_PEM[] =
    "-----BEGIN ENCRYPTED PRIVATE KEY-----\n"
    "MAAA\n"
    "-----END ENCRYPTED PRIVATE KEY-----\n";

static const char BROKEN_PEM[] =
    "-----BEGIN CERTIFICATE-----\n"
    "MAMCAQE=\n"
    "-----END CERTIFICATE-----\n";

static const char BROKEN_KEY_PEM[] =
    "-----BEGIN PRIVATE KEY-----\n"
    "MAMCAQE=\n"
    "-----END PRIVATE KEY-----\n";

static void write_broken_folder(struct scratch *scratch) {
  copy_pem(scratch, "rsa-leaf.pem", "good.pem");
  copy_pem(scratch, "rsa-leaf.key.pem", "good.key.pem");
  scratch_write(scratch, "text.pem", "no PEM at all\n");
  scratch_write(scratch, "encrypted.pem", ENCRYPTED_PEM);
  scratch_write(scratch, "broken.pem", BROKEN_PEM);
  scratch_write(scratch, "broken.key.pem", BROKEN_KEY_PEM);
}

struct bad_index {
  const char *text;
  const char *wanted; /* begins so, behind the folder */
};

static const struct bad_index BAD_INDICES[] = {
    {"{", "/index.json:1: the file ends too early: "},
    {"[]", "/index.json:1: has no \"certificates\""},
    {"{\"certificates\": {}}", "/index.json:1: has no \"certificates\""},
    {"{\"certificates\":\n {\"x\":\n {}}}",
     "/index.json:3: certificate x: \"certificate\" must name a file"},
    {"{\"certificates\": {\"x\": {\"certificate\": \"good.pem\",\n\"key\": "
     "1}}}",
     "/index.json:2: certificate x: \"key\" must name a file"},
    {"{\"certificates\": {\"x\": {\"certificate\": \"absent.pem\"}}}",
     "/absent.pem: cannot be read: No such file or directory"},
    {"{\"certificates\": {\"x\": {\"certificate\": \"text.pem\"}}}",
     "/text.pem: is no PEM file: "},
    {"{\"certificates\": {\"x\": {\"certificate\": \"good.key.pem\"}}}",
     "/good.key.pem: holds a \"PRIVATE KEY\", not a \"CERTIFICATE\""},
    {"{\"certificates\": {\"x\": {\"certificate\": \"broken.pem\"}}}",
     "/broken.pem: certificate x cannot be decoded: "},
    {"{\"certificates\": {\"x\": {\"certificate\": \"good.pem\","
     " \"key\": \"absent.pem\"}}}",
     "/absent.pem: cannot be read: No such file or directory"},
    {"{\"certificates\": {\"x\": {\"certificate\": \"good.pem\","
     " \"key\": \"good.pem\"}}}",
     "/good.pem: holds a \"CERTIFICATE\", not a \"PRIVATE KEY\""},
    {"{\"certificates\": {\"x\": {\"certificate\": \"good.pem\","
     " \"key\": \"encrypted.pem\"}}}",
     "/encrypted.pem: is encrypted"},
};

static void names_the_file_that_cannot_be_used(void **state) {
  struct scratch *scratch = &((struct fixture *)*state)->scratch;
  write_broken_folder(scratch);
  for (size_t i = 0; i < NUM(BAD_INDICES); i++) {
    struct certspec_error error = {""};
    scratch_write(scratch, "index.json", BAD_INDICES[i].text);
    assert_null(pki_load(scratch->folder, &error));
    char wanted[512];
    const int len = snprintf(wanted, sizeof(wanted), "%s%s", scratch->folder,
                             BAD_INDICES[i].wanted);
    if (strncmp(error.text, wanted, (size_t)len) != 0) {
      fail_msg("got %s, not %s", error.text, wanted);
    }
    ERR_clear_error();
  }
}

static void lives_without_a_key(void **state) {
  struct scratch *scratch = &((struct fixture *)*state)->scratch;
  struct certspec_error error = {""};
  write_broken_folder(scratch);
  scratch_write(scratch, "index.json",
                "{\"certificates\": {\"none\": {\"certificate\": \"good.pem\"},"
                "\"broken\": {\"certificate\": \"good.pem\","
                " \"key\": \"broken.key.pem\"}}}");
  struct pki *pki = pki_load(scratch->folder, &error);
  assert_non_null(pki);
  static const char *const NAMES[] = {"none", "broken"};
  for (size_t i = 0; i < NUM(NAMES); i++) {
    assert_true(pki_has(pki, NAMES[i]));
    assert_non_null(pki_certificate(pki, NAMES[i]));
    assert_null(pki_key(pki, NAMES[i]));
    assert_null(pki_new_key(pki, NAMES[i]));
  }
  assert_non_null(pki_key(pki, "none:public"));
  ERR_clear_error();

  /* Two names for one certificate: the first counts. */
  X509 *certificate = pki_certificate(pki, "broken");
  assert_string_equal(pki_name_of_certificate(pki, certificate), "none");
  pki_free(pki);
}

static void leaves_the_error_queue_as_it_is(void **state) {
  struct pki *pki = ((struct fixture *)*state)->pki;
  struct certspec_error error = {""};
  const unsigned char garbage[] = {0xff};
  const unsigned char *at = garbage;
  ERR_clear_error();
  assert_null(d2i_X509(NULL, &at, sizeof(garbage)));
  const unsigned long oldest = ERR_peek_error();
  const unsigned long newest = ERR_peek_last_error();
  assert_int_not_equal(oldest, 0);

  X509 *certificate = pki_new_certificate(pki, "ecdsa-leaf");
  EVP_PKEY *key = pki_new_key(pki, "ed25519-leaf");
  assert_non_null(pki_key(pki, "p521-leaf:public"));
  assert_string_equal(pki_name_of_certificate(pki, certificate), "ecdsa-leaf");
  assert_string_equal(pki_name_of_key(pki, key), "ed25519-leaf");
  struct pki *other = pki_load(PKI_FOLDER, &error);
  assert_non_null(other);
  pki_free(other);
  X509_free(certificate);
  EVP_PKEY_free(key);

  assert_int_equal(ERR_peek_error(), oldest);
  assert_int_equal(ERR_peek_last_error(), newest);
  ERR_clear_error();
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(knows_every_certificate_again),
      cmocka_unit_test(knows_every_key_again),
      cmocka_unit_test(gives_the_public_half_alone),
      cmocka_unit_test(gives_objects_of_their_own),
      cmocka_unit_test(copies_of_keys_share_nothing),
      cmocka_unit_test(gives_stocked_objects_once),
      cmocka_unit_test(names_a_key_the_same_in_each_way),
      cmocka_unit_test(does_not_know_what_was_changed),
      cmocka_unit_test(does_not_know_other_names),
      cmocka_unit_test(names_the_file_that_cannot_be_used),
      cmocka_unit_test(lives_without_a_key),
      cmocka_unit_test(leaves_the_error_queue_as_it_is),
  };
  return cmocka_run_group_tests_name("pki", tests, make_fixture, free_fixture);
}
