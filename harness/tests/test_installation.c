#include "installation.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmocka_all.h"
#include "scratch.h"

static void a_program_in_a_build_folder(void **state) {
  char folder[PATH_MAX];

  (void)state;
  assert_string_equal(installation_vectors(), CERTSPEC_SOURCE_DIR "/vectors");
  assert_int_equal(
      installation_folder(folder, sizeof(folder), "/nowhere/bin/a", "servers"),
      1);
  assert_string_equal(folder, CERTSPEC_SOURCE_DIR "/servers");
}

/* The program of a prefix finds the data of the prefix, wherever that is, and
 * also what is not there: nothing of the sources may stand in for it. */
static void a_program_in_a_prefix(void **state) {
  struct scratch scratch;
  char program[PATH_MAX];
  char folder[PATH_MAX];
  char expected[PATH_MAX];

  (void)state;
  if (strcmp(CERTSPEC_DATA_FROM_PROGRAM, "../share/certspec") != 0) {
    skip();
  }

  scratch_make(&scratch);
  scratch_make_folder(&scratch, "bin");
  scratch_make_folder(&scratch, "share");
  scratch_make_folder(&scratch, "share/certspec");
  snprintf(program, sizeof(program), "%s/bin/certspec", scratch.folder);
  assert_int_equal(
      installation_folder(folder, sizeof(folder), program, "vectors"), 1);
  assert_non_null(realpath(scratch.folder, expected));
  assert_int_equal(strncmp(folder, expected, strlen(expected)), 0);
  assert_string_equal(folder + strlen(expected), "/share/certspec/vectors");
  scratch_remove(&scratch);
}

static void what_cannot_be_told(void **state) {
  char folder[8];
  static char program[2 * PATH_MAX];

  (void)state;
  assert_int_equal(installation_folder(folder, sizeof(folder), "certspec", "a"),
                   0);
  assert_int_equal(
      installation_folder(folder, sizeof(folder), "/nowhere/bin/a", "servers"),
      0);
  memset(program, 'a', sizeof(program) - 1);
  program[0] = '/';
  program[PATH_MAX + 5] = '/';
  assert_int_equal(
      installation_folder(folder, sizeof(folder), program, "servers"), 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_program_in_a_build_folder),
      cmocka_unit_test(a_program_in_a_prefix),
      cmocka_unit_test(what_cannot_be_told),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
