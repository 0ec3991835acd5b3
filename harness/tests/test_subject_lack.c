#include "subject_lack.h"

#include "cmocka_all.h"

SUBJECT_LACKS(int, SSL_of_no_library, ANY int number)
SUBJECT_LACKS(char *, SSL_of_no_other_library, ANY int number)

/* The first one is the reason: what follows can come of it. */
static void first_lacking_function_is_named(void **state) {
  (void)state;
  assert_null(subject_lack());

  assert_int_equal(SSL_of_no_library(7), 0);
  assert_string_equal(subject_lack(), "SSL_of_no_library");

  assert_null(SSL_of_no_other_library(7));
  assert_string_equal(subject_lack(), "SSL_of_no_library");
}

static void what_was_lacking_can_be_forgotten(void **state) {
  (void)state;
  SSL_of_no_library(7);
  subject_lack_forget();
  assert_null(subject_lack());

  SSL_of_no_other_library(7);
  assert_string_equal(subject_lack(), "SSL_of_no_other_library");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(first_lacking_function_is_named),
      cmocka_unit_test(what_was_lacking_can_be_forgotten),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
