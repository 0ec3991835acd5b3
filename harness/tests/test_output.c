#include "output.h"

#include <string.h>
#include <unistd.h>

#include "cmocka_all.h"
#include "scratch.h"

static int make(void **state) {
  static struct scratch scratch;

  scratch_make(&scratch);
  *state = &scratch;
  return 0;
}

static int unmake(void **state) {
  scratch_remove(*state);
  return 0;
}

static void assert_content(const struct scratch *scratch, const char *name,
                           const char *wanted) {
  char path[512];
  char text[64] = "";

  snprintf(path, sizeof(path), "%s/%s", scratch->folder, name);
  FILE *file = fopen(path, "re");
  assert_non_null(file);
  assert_true(fread(text, 1, sizeof(text) - 1, file) == strlen(wanted));
  fclose(file);
  assert_string_equal(text, wanted);
}

static int replace(const struct scratch *scratch, const char *text) {
  struct output output;
  struct certspec_error error;

  assert_int_equal(output_open(&output, scratch->folder, "file", &error), 1);
  fputs(text, output.file);
  return output_commit(&output, &error);
}

static void replaced_whole(void **state) {
  const struct scratch *scratch = *state;
  struct output output;
  struct certspec_error error;

  assert_int_equal(replace(scratch, "old"), 1);
  assert_int_equal(output_open(&output, scratch->folder, "file", &error), 1);
  fputs("new and longer", output.file);
  fflush(output.file);
  assert_content(scratch, "file", "old");
  assert_int_equal(output_commit(&output, &error), 1);
  assert_content(scratch, "file", "new and longer");
}

static void failed_write_keeps_the_old(void **state) {
  const struct scratch *scratch = *state;
  struct output output;
  struct certspec_error error = {0};

  assert_int_equal(replace(scratch, "old"), 1);
  assert_int_equal(output_open(&output, scratch->folder, "file", &error), 1);
  fclose(output.file);
  output.file = fopen("/dev/full", "we");
  fputs("new", output.file);
  assert_int_equal(output_commit(&output, &error), 0);
  assert_non_null(strstr(error.text, "file: No space left on device"));
  assert_content(scratch, "file", "old");
}

static void folders(void **state) {
  struct scratch *scratch = *state;
  struct certspec_error error;
  char path[512];

  snprintf(path, sizeof(path), "%s/a/b//c", scratch->folder);
  assert_int_equal(output_folder(path, &error), 1);
  assert_int_equal(output_folder(path, &error), 1);
  scratch_write(scratch, "plain", "");
  assert_int_equal(output_folder(scratch->path, &error), 0);
  assert_non_null(strstr(error.text, "is no folder"));
  assert_int_equal(output_folder("/proc/certspec", &error), 0);
  assert_int_equal(output_folder("", &error), 0);
}

static void no_folder(void **state) {
  struct output output;
  struct certspec_error error;

  (void)state;
  assert_int_equal(output_open(&output, "/nonexistent", "file", &error), 0);
  assert_non_null(strstr(error.text, "/nonexistent/file"));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(replaced_whole, make, unmake),
      cmocka_unit_test_setup_teardown(failed_write_keeps_the_old, make, unmake),
      cmocka_unit_test_setup_teardown(folders, make, unmake),
      cmocka_unit_test(no_folder),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
