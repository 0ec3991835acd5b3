#include "error.h"

#include <string.h>

#include "cmocka_all.h"

static void names_file_line_and_cause(void **state) {
  (void)state;
  struct certspec_error error;
  assert_int_equal(certspec_error_set(&error, "a.json", 12, "no %s", "key"), 0);
  assert_string_equal(error.text, "a.json:12: no key");

  certspec_error_set(&error, "a.json", 0, "is empty");
  assert_string_equal(error.text, "a.json: is empty");

  certspec_error_set(&error, NULL, 12, "out of memory");
  assert_string_equal(error.text, "out of memory");
}

static void stays_on_one_line(void **state) {
  (void)state;
  struct certspec_error error;
  certspec_error_set(&error, "a\nb", 0, "near '%s'", "x\n\t\x1b[31m\x7f");
  assert_string_equal(error.text, "a b: near 'x   [31m '");
}

static void takes_its_own_text_as_an_argument(void **state) {
  (void)state;
  struct certspec_error error;
  certspec_error_set(&error, NULL, 0, "the cause");
  certspec_error_set(&error, "a.json", 3, "case x/y: %s", error.text);
  assert_string_equal(error.text, "a.json:3: case x/y: the cause");
}

static void cuts_what_does_not_fit(void **state) {
  (void)state;
  struct certspec_error error;
  char text[2 * sizeof(error.text)];
  memset(text, 'x', sizeof(text));
  text[sizeof(text) - 1] = '\0';

  certspec_error_set(&error, NULL, 0, "%s", text);
  assert_int_equal(strlen(error.text), sizeof(error.text) - 1);

  certspec_error_set(&error, text, 1, "lost");
  assert_int_equal(strlen(error.text), sizeof(error.text) - 1);
}

/* Puts |character| across the end of the room, its last byte left out. */
static void check_cut_within(const char *character) {
  struct certspec_error error;
  char text[sizeof(error.text) + 8];
  const size_t before = sizeof(error.text) - strlen(character);
  memset(text, 'x', before);
  memcpy(text + before, character, strlen(character) + 1);

  certspec_error_set(&error, NULL, 0, "%s", text);
  assert_int_equal(strlen(error.text), before);

  /* One byte to the left it fits. */
  certspec_error_set(&error, NULL, 0, "%s", text + 1);
  assert_int_equal(strlen(error.text), sizeof(error.text) - 1);
  assert_string_equal(error.text + before - 1, character);
}

static void cuts_between_characters(void **state) {
  (void)state;
  check_cut_within("\xc3\xa9");
  check_cut_within("\xe2\x80\xa6");
  check_cut_within("\xf0\x9f\x94\x92");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(names_file_line_and_cause),
      cmocka_unit_test(stays_on_one_line),
      cmocka_unit_test(takes_its_own_text_as_an_argument),
      cmocka_unit_test(cuts_what_does_not_fit),
      cmocka_unit_test(cuts_between_characters),
  };
  return cmocka_run_group_tests_name("error", tests, NULL, NULL);
}
