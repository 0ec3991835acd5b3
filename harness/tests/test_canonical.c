#include "canonical.h"

#include <stdlib.h>
#include <string.h>

#include "cmocka_all.h"

/* What becomes of |json|, read and printed. The caller frees it. */
static char *print(const char *json, size_t indent) {
  json_t *value = json_loads(json, JSON_DECODE_ANY, NULL);
  char *text = NULL;
  size_t text_len = 0;
  FILE *file = open_memstream(&text, &text_len);

  assert_non_null(value);
  assert_non_null(file);
  assert_int_equal(canonical_print(file, value, indent), 1);
  fclose(file);
  json_decref(value);
  return text;
}

static void expect(const char *json, size_t indent, const char *wanted) {
  char *text = print(json, indent);

  assert_string_equal(text, wanted);
  free(text);
}

static void what_fits_stays_on_a_line(void **state) {
  (void)state;
  expect("{\"a\":[1,true,null]}", 0, "{\"a\": [1, true, null]}");
  expect("{ }", 0, "{}");
  expect("\"text\"", 0, "\"text\"");
}

/* {"a": ["xx…x", 1]} with |num| times |letter|. The caller frees it. */
static char *long_value(const char *letter, size_t num) {
  char *text = NULL;
  size_t text_len = 0;
  FILE *file = open_memstream(&text, &text_len);

  fputs("{\"a\": [\"", file);
  for (size_t i = 0; i < num; i++) {
    fputs(letter, file);
  }
  fputs("\", 1]}", file);
  fclose(file);
  return text;
}

/* 14 columns are around the letters. */
static void the_limit_is_120_columns(void **state) {
  (void)state;
  for (int wide = 0; wide < 2; wide++) {
    const char *letter = wide ? "\xc3\xa9" : "x";
    char *fits = long_value(letter, 106);
    char *breaks = long_value(letter, 107);
    char *printed = print(fits, 0);

    assert_string_equal(printed, fits);
    free(printed);
    printed = print(breaks, 0);
    assert_non_null(strstr(printed, "{\n  \"a\": ["));
    free(printed);
    printed = print(fits, 1);
    assert_non_null(strchr(printed, '\n'));
    free(printed);
    free(fits);
    free(breaks);
  }
}

static void members_stand_below_each_other(void **state) {
  char *json = long_value("y", 130);
  char *text = print(json, 4);

  (void)state;
  assert_memory_equal(text, "{\n      \"a\": [\n        \"yyy", 27);
  assert_non_null(strstr(text, "y\",\n        1\n      ]\n    }"));
  free(text);
  free(json);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(what_fits_stays_on_a_line),
      cmocka_unit_test(the_limit_is_120_columns),
      cmocka_unit_test(members_stand_below_each_other),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
