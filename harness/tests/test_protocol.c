#include "protocol.h"

#include <string.h>

#include "cmocka_all.h"
#include "subject.h"

static void finds_each_by_its_name(void **state) {
  (void)state;
  size_t num = 0;
  const struct protocol *table = protocol_table(&num);
  assert_int_equal(num, 7);
  for (size_t i = 0; i < num; i++) {
    assert_ptr_equal(protocol_find(table[i].name), &table[i]);
  }

  assert_null(protocol_find(""));
  assert_null(protocol_find("TLSv1.4"));
  assert_null(protocol_find("tlsv1.2"));
}

static void knows_the_numbers_of_the_rfcs(void **state) {
  (void)state;
  assert_int_equal(protocol_find("TLSv1")->version, 0x0301);
  assert_int_equal(protocol_find("TLSv1.1")->version, 0x0302);
  assert_int_equal(protocol_find("TLSv1.2")->version, 0x0303);
  assert_int_equal(protocol_find("TLSv1.3")->version, 0x0304);
  assert_int_equal(protocol_find("DTLSv1")->version, 0xfeff);
  assert_int_equal(protocol_find("DTLSv1.2")->version, 0xfefd);
  assert_int_equal(protocol_find("QUICv1")->version, 0);
  assert_int_equal(protocol_find("DTLSv1.2")->kind, PROTOCOL_DTLS);
  assert_int_equal(protocol_find("QUICv1")->kind, PROTOCOL_QUIC);
}

/* A protocol that asks for a feature nobody knows would never be run. */
static void asks_for_features_that_the_subject_knows(void **state) {
  (void)state;
  size_t num = 0;
  const struct protocol *table = protocol_table(&num);
  for (size_t i = 0; i < num; i++) {
    assert_int_not_equal(subject_has(table[i].feature), -1);
  }
}

static void knows_which_sign_with_sha1(void **state) {
  (void)state;
  assert_true(protocol_before_tls12(protocol_find("TLSv1")));
  assert_true(protocol_before_tls12(protocol_find("TLSv1.1")));
  assert_true(protocol_before_tls12(protocol_find("DTLSv1")));
  assert_false(protocol_before_tls12(protocol_find("TLSv1.2")));
  assert_false(protocol_before_tls12(protocol_find("DTLSv1.2")));
  assert_false(protocol_before_tls12(protocol_find("TLSv1.3")));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(finds_each_by_its_name),
      cmocka_unit_test(knows_the_numbers_of_the_rfcs),
      cmocka_unit_test(knows_which_sign_with_sha1),
      cmocka_unit_test(asks_for_features_that_the_subject_knows),
  };
  return cmocka_run_group_tests_name("protocol", tests, NULL, NULL);
}
