#include "snapshot.h"

#include <openssl/err.h>
#include <string.h>

#include "cmocka_all.h"
#include "subject.h"

struct fixture {
  struct client_run run;
  struct client_context context;
  struct client_ssl object;
};

static int make_fixture(void **state) {
  static struct fixture fixture;
  struct certspec_error error = {""};
  fixture = (struct fixture){0};
  fixture.run.pki = pki_load(CERTSPEC_SOURCE_DIR "/vectors/pki", &error);
  fixture.context.ctx = SSL_CTX_new(TLS_client_method());
  if (fixture.run.pki == NULL || fixture.context.ctx == NULL) {
    return -1;
  }

  fixture.context.run = &fixture.run;
  fixture.run.contexts = &fixture.context;
  fixture.object.context = &fixture.context;
  fixture.object.ssl = SSL_new(fixture.context.ctx);
  *state = &fixture;
  return fixture.object.ssl != NULL ? 0 : -1;
}

static int free_fixture(void **state) {
  struct fixture *fixture = *state;
  snapshot_forget(&fixture->run.names_before);
  SSL_free(fixture->object.ssl);
  SSL_CTX_free(fixture->context.ctx);
  pki_free(fixture->run.pki);
  return 0;
}

static json_t *take(struct fixture *fixture, const struct client_ssl *object) {
  json_t *values = json_object();
  snapshot_add(values, &fixture->run, object);
  return values;
}

static const char *text_of(const json_t *values, const char *name) {
  return json_string_value(json_object_get(values, name));
}

static void test_a_fresh_object(void **state) {
  struct fixture *fixture = *state;
  json_t *values = take(fixture, &fixture->object);
  assert_string_equal(text_of(values, "state"), "TLS_ST_BEFORE");
  assert_true(json_is_true(json_object_get(values, "in_init")));
  assert_true(json_is_false(json_object_get(values, "finished")));
  assert_true(json_is_null(json_object_get(values, "certificate")));
  assert_true(json_is_null(json_object_get(values, "peer_certificate")));
  assert_true(json_is_null(json_object_get(values, "ca_list")));
  assert_true(json_is_null(json_object_get(values, "callback_registered")));
  assert_int_equal(json_array_size(json_object_get(values, "shutdown")), 0);
  json_decref(values);
}

static void test_certificates_and_keys_have_their_names(void **state) {
  struct fixture *fixture = *state;
  struct pki *pki = fixture->run.pki;
  SSL *ssl = fixture->object.ssl;
  assert_int_equal(SSL_use_certificate(ssl, pki_certificate(pki, "rsa-leaf")),
                   1);
  assert_int_equal(SSL_use_PrivateKey(ssl, pki_key(pki, "rsa-leaf")), 1);
  SSL_CTX_set_client_cert_cb(fixture->context.ctx, callback_client_cert);
  SSL_set_shutdown(ssl, SSL_SENT_SHUTDOWN);

  json_t *values = take(fixture, &fixture->object);
  assert_string_equal(text_of(values, "certificate"), "rsa-leaf");
  assert_string_equal(text_of(values, "private_key"), "rsa-leaf");
  assert_int_equal(
      json_integer_value(json_object_get(values, "check_private_key")), 1);
  assert_true(json_is_null(json_object_get(values, "ctx_certificate")));
  assert_string_equal(text_of(values, "callback_registered"), "scripted");
  const json_t *shutdown = json_object_get(values, "shutdown");
  assert_int_equal(json_array_size(shutdown), 1);
  assert_string_equal(json_string_value(json_array_get(shutdown, 0)), "sent");
  json_decref(values);
}

static void test_an_unknown_certificate_is_named_by_its_digest(void **state) {
  struct fixture *fixture = *state;
  EVP_PKEY *key = pki_key(fixture->run.pki, "rsa-leaf");
  X509 *unknown = X509_new();
  assert_non_null(unknown);
  X509_gmtime_adj(X509_getm_notBefore(unknown), 0);
  X509_gmtime_adj(X509_getm_notAfter(unknown), 60);
  assert_int_equal(X509_set_pubkey(unknown, key), 1);
  assert_true(X509_sign(unknown, key, EVP_sha256()) > 0);

  json_t *name = snapshot_certificate(&fixture->run, unknown);
  assert_int_equal(strncmp(json_string_value(name), "sha256:", 7), 0);
  assert_int_equal(json_string_length(name), 7 + 64);
  json_decref(name);
  X509_free(unknown);
}

static void test_ca_lists(void **state) {
  struct fixture *fixture = *state;
  STACK_OF(X509_NAME) *list = sk_X509_NAME_new_null();
  X509 *root = pki_certificate(fixture->run.pki, "rsa-root");
  X509_NAME *stranger = X509_NAME_new();
  assert_int_equal(
      X509_NAME_add_entry_by_txt(stranger, "CN", MBSTRING_ASC,
                                 (const unsigned char *)"a, b", -1, -1, 0),
      1);
  sk_X509_NAME_push(list, X509_NAME_dup(X509_get_subject_name(root)));
  sk_X509_NAME_push(list, stranger);

  /* A server's list is what SSL_get_client_CA_list of a server returns. */
  SSL_set_accept_state(fixture->object.ssl);
  SSL_set_client_CA_list(fixture->object.ssl, list);
  json_t *names = snapshot_ca_list(&fixture->run, fixture->object.ssl);
  assert_int_equal(json_array_size(names), 2);
  assert_string_equal(json_string_value(json_array_get(names, 0)), "rsa-root");
  assert_string_equal(json_string_value(json_array_get(names, 1)), "CN=a\\, b");
  json_decref(names);
}

static void push_name(STACK_OF(X509_NAME) * list, const char *text) {
  X509_NAME *name = X509_NAME_new();

  assert_int_equal(
      X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                                 (const unsigned char *)text, -1, -1, 0),
      1);
  sk_X509_NAME_push(list, name);
}

static void test_a_list_that_has_changed_is_read_again(void **state) {
  struct client_run *run = &((struct fixture *)*state)->run;
  STACK_OF(X509_NAME) *list = sk_X509_NAME_new_null();

  json_t *none = snapshot_names(run, list);
  push_name(list, "a");
  json_t *one = snapshot_names(run, list);
  json_t *same = snapshot_names(run, list);
  X509_NAME_free(sk_X509_NAME_pop(list));
  push_name(list, "b");
  json_t *other = snapshot_names(run, list);

  assert_int_equal(json_array_size(none), 0);
  assert_string_equal(json_string_value(json_array_get(one, 0)), "CN=a");
  assert_ptr_equal(one, same);
  assert_int_equal(json_array_size(other), 1);
  assert_string_equal(json_string_value(json_array_get(other, 0)), "CN=b");
  json_decref(none);
  json_decref(one);
  json_decref(same);
  json_decref(other);
  sk_X509_NAME_pop_free(list, X509_NAME_free);
}

static void test_looking_leaves_the_queue_as_it_was(void **state) {
  struct fixture *fixture = *state;
  ERR_clear_error();
  json_t *values = take(fixture, &fixture->object);
  assert_int_equal(ERR_peek_error(), 0);
  json_decref(values);

  subject_raise(ERR_LIB_USER, 3);
  unsigned long raised = ERR_peek_error();
  values = take(fixture, &fixture->object);
  assert_int_equal(ERR_peek_error(), raised);
  assert_int_equal(ERR_peek_last_error(), raised);
  json_decref(values);
  ERR_clear_error();
}

static void test_the_queue_is_taken_or_kept(void **state) {
  (void)state;
  ERR_clear_error();
  subject_raise(ERR_LIB_USER, 1);
  subject_raise(ERR_LIB_SSL, SSL_R_CALLBACK_FAILED);
  for (int i = 0; i < 3; i++) {
    json_t *reasons = snapshot_queue(i < 2);
    assert_int_equal(json_array_size(reasons), 2);
    assert_string_equal(json_string_value(json_array_get(reasons, 0)),
                        "ERR_LIB_USER:1");
    assert_string_equal(json_string_value(json_array_get(reasons, 1)),
                        "SSL_R_CALLBACK_FAILED");
    json_decref(reasons);
  }
  assert_int_equal(ERR_peek_error(), 0);
}

static void test_without_an_object_there_are_the_same_names(void **state) {
  struct fixture *fixture = *state;
  json_t *with = take(fixture, &fixture->object);
  json_t *without = take(fixture, NULL);
  const char *name;
  json_t *value;
  assert_int_equal(json_object_size(with), json_object_size(without));
  json_object_foreach(with, name, value) {
    assert_non_null(json_object_get(without, name));
  }
  assert_true(json_is_null(json_object_get(without, "state")));
  json_decref(with);
  json_decref(without);
}

#define TEST(function) \
  cmocka_unit_test_setup_teardown(function, make_fixture, free_fixture)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(test_a_fresh_object),
      TEST(test_certificates_and_keys_have_their_names),
      TEST(test_an_unknown_certificate_is_named_by_its_digest),
      TEST(test_ca_lists),
      TEST(test_a_list_that_has_changed_is_read_again),
      TEST(test_looking_leaves_the_queue_as_it_was),
      TEST(test_the_queue_is_taken_or_kept),
      TEST(test_without_an_object_there_are_the_same_names),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
