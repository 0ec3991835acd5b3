#include "json_document.h"

#include <string.h>

#include "cmocka_all.h"
#include "scratch.h"

#define NUM(array) (sizeof(array) / sizeof((array)[0]))

static int make_scratch(void **state) {
  static struct scratch scratch;
  scratch_make(&scratch);
  *state = &scratch;
  return 0;
}

static int remove_scratch(void **state) {
  scratch_remove(*state);
  return 0;
}

static void reads_a_file_whole(void **state) {
  const char *text = " {\"a\": [1, \"\xc3\xa9\"]}\n";
  const char *path = scratch_write(*state, "good.json", text);
  struct certspec_error error = {""};
  struct json_document document;
  assert_int_equal(json_document_load(&document, path, &error), 1);
  assert_string_equal(document.path, path);
  assert_string_equal(document.text, text);
  assert_int_equal(document.text_len, strlen(text));
  const json_t *list = json_object_get(document.root, "a");
  assert_int_equal(json_integer_value(json_array_get(list, 0)), 1);
  assert_string_equal(json_string_value(json_array_get(list, 1)), "\xc3\xa9");

  json_document_free(&document);
  assert_null(document.root);
  assert_null(document.text);
}

/* Loads |path| in vain; the error is |path| and |wanted|, where a |wanted| that
 * ends in a blank is followed by the parser's own words. */
static void check_refused(const char *path, const char *wanted) {
  struct certspec_error error = {""};
  struct json_document document;
  assert_int_equal(json_document_load(&document, path, &error), 0);
  assert_null(document.path);
  assert_null(document.text);
  assert_null(document.root);

  char text[sizeof(error.text)];
  const int len = snprintf(text, sizeof(text), "%s%s", path, wanted);
  if (text[len - 1] == ' ') {
    assert_true(strlen(error.text) > (size_t)len);
    error.text[len] = '\0';
  }
  assert_string_equal(error.text, text);
}

struct bad_text {
  const char *text;
  size_t len; /* 0: all of it */
  const char *wanted;
};

static const struct bad_text BAD_TEXTS[] = {
    {"", 0, ": the file is empty"},
    {" \n\t\r\n", 0, ": the file is empty"},
    {"{\"a\": 1,\n \"b\": [", 0, ":2: the file ends too early: "},
    {"{\"a\":\n \"text", 0, ":2: the file ends too early: "},
    {"{\n\"a\": \"\xff\"}", 0, ":2: is not UTF-8: "},
    {"{\n\"a\": \"\xc3", 0, ":2: is not UTF-8: "},
    {"{\"a\": 1,\n\"b\": 2,\n\"a\": 3}", 0,
     ":3: the same key twice in one object: "},
    {"[1,\n{\"a\": 1, \"\\u0061\": 3}]", 0,
     ":2: the same key twice in one object: "},
    {"{\"a\": 1}\n}", 0, ":2: something follows the end of the JSON: "},
    {"{\"a\": 1,\n}", 0, ":2: not JSON: "},
    {"{'a': 1}", 0, ":1: not JSON: "},
    {"12", 0, ":1: not JSON: "},
    {"\xef\xbb\xbf{}", 0, ":1: begins with a byte order mark"},
    {"\0\0\0", 3, ":1: holds a NUL byte"},
    {"{\n\0}", 4, ":2: holds a NUL byte"},
};

static void names_place_and_cause_of_bad_text(void **state) {
  for (size_t i = 0; i < NUM(BAD_TEXTS); i++) {
    const struct bad_text *bad = &BAD_TEXTS[i];
    const size_t len = bad->len != 0 ? bad->len : strlen(bad->text);
    check_refused(scratch_write_bytes(*state, "bad.json", bad->text, len),
                  bad->wanted);
  }
}

static void refuses_deep_nesting(void **state) {
  char text[5000];
  memset(text, '[', sizeof(text));
  check_refused(scratch_write_bytes(*state, "deep.json", text, sizeof(text)),
                ":1: nested too deeply");
}

static void refuses_what_is_no_readable_file(void **state) {
  struct scratch *scratch = *state;
  check_refused(scratch->folder, ": is no regular file");

  char path[sizeof(scratch->folder) + 16];
  snprintf(path, sizeof(path), "%s/absent.json", scratch->folder);
  check_refused(path, ": cannot be read: No such file or directory");

  /* Nobody writes into it: the load must not wait. */
  snprintf(path, sizeof(path), "%s/fifo.json", scratch->folder);
  assert_int_equal(mkfifo(path, 0600), 0);
  check_refused(path, ": is no regular file");
}

static void refuses_a_file_that_is_too_large(void **state) {
  const char *path = scratch_write(*state, "large.json", "{}");
  const off_t limit = (off_t)64 * 1024 * 1024;
  assert_int_equal(truncate(path, limit + 1), 0);
  check_refused(path, ": is larger than 64 MiB");
}

static const char LINES_TEXT[] =
    "\n"                                                /* 1 */
    "{\"first\": 1,\n"                                  /* 2 */
    " \"second\":\n"                                    /* 3 */
    "   {\"quoted \\\"]}{[\\\\\": \"}]\\\\\\\"\\n\",\n" /* 4 */
    "    \"caf\\u00e9\":\n"                             /* 5 */
    "    true, \"slash/\": null},\n"                    /* 6 */
    " \"list\": [10,\n"                                 /* 7 */
    "   -1.5e3,{},[],\n"                                /* 8 */
    "   {\"deep\" :[[],[\n"                             /* 9 */
    "     \"x\"] ]}\n"                                  /* 10 */
    " ],\n"                                             /* 11 */
    " \"#1\": {\"#1\": [\n"                             /* 12 */
    "   1\n"                                            /* 13 */
    " ]}\n"                                             /* 14 */
    "}\n";

struct wanted_line {
  size_t line;
  const char *path[6];
};

static const struct wanted_line WANTED_LINES[] = {
    {2, {NULL}},
    {2, {"first"}},
    {4, {"second"}},
    {4, {"second", "quoted \"]}{[\\"}},
    {6, {"second", "caf\xc3\xa9"}},
    {6, {"second", "slash/"}},
    {7, {"list"}},
    {7, {"list", "#0"}},
    {8, {"list", "#1"}},
    {8, {"list", "#3"}},
    {9, {"list", "#4", "deep"}},
    {9, {"list", "#4", "deep", "#1"}},
    {10, {"list", "#4", "deep", "#1", "#0"}},
    {12, {"#1"}},
    {12, {"#1", "#1"}},
    {13, {"#1", "#1", "#0"}},
    /* What is not there: the line of the last step that is. */
    {2, {"absent"}},
    {4, {"second", "absent", "first"}},
    {7, {"list", "#5"}},
    {7, {"list", "#"}},
    {7, {"list", "#1x"}},
    {7, {"list", "1"}},
    {8, {"list", "#2", "key"}},
    {8, {"list", "#3", "#0"}},
    {2, {"first", "#0"}},
};

static void finds_the_line_of_a_value(void **state) {
  const char *path = scratch_write(*state, "lines.json", LINES_TEXT);
  struct certspec_error error = {""};
  struct json_document document;
  if (!json_document_load(&document, path, &error)) {
    fail_msg("%s", error.text);
  }

  for (size_t i = 0; i < NUM(WANTED_LINES); i++) {
    const struct wanted_line *wanted = &WANTED_LINES[i];
    const size_t line = json_document_line(&document, wanted->path);
    if (line != wanted->line) {
      fail_msg("row %zu: line %zu, not %zu", i, line, wanted->line);
    }
  }
  json_document_free(&document);
}

static void finds_the_lines_of_all_elements(void **state) {
  const char *path = scratch_write(*state, "lines.json", LINES_TEXT);
  struct certspec_error error = {""};
  struct json_document document;
  assert_int_equal(json_document_load(&document, path, &error), 1);

  static const char *const LIST[] = {"list", NULL};
  size_t lines[6] = {0};
  assert_int_equal(json_document_lines(&document, LIST, lines, 6), 5);
  static const size_t WANTED[6] = {7, 8, 8, 8, 9, 0};
  assert_memory_equal(lines, WANTED, sizeof(WANTED));

  size_t some[2] = {0, 77};
  assert_int_equal(json_document_lines(&document, LIST, some, 1), 1);
  assert_int_equal(some[0], 7);
  assert_int_equal(some[1], 77);

  static const char *const NOWHERE[][3] = {
      {"list", "#3", NULL}, {"list", "#9", NULL}, {"second", NULL}, {NULL}};
  for (size_t i = 0; i < NUM(NOWHERE); i++) {
    assert_int_equal(json_document_lines(&document, NOWHERE[i], lines, 6), 0);
  }
  json_document_free(&document);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(reads_a_file_whole),
      cmocka_unit_test(names_place_and_cause_of_bad_text),
      cmocka_unit_test(refuses_deep_nesting),
      cmocka_unit_test(refuses_what_is_no_readable_file),
      cmocka_unit_test(refuses_a_file_that_is_too_large),
      cmocka_unit_test(finds_the_line_of_a_value),
      cmocka_unit_test(finds_the_lines_of_all_elements),
  };
  return cmocka_run_group_tests_name("json_document", tests, make_scratch,
                                     remove_scratch);
}
