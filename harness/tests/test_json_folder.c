#include "json_folder.h"

#include <string.h>

#include "cmocka_all.h"
#include "scratch.h"

struct seen {
  char names[256];
  const char *bad; /* a name that cannot be taken */
};

static int take(void *argument, const char *path,
                struct certspec_error *error) {
  struct seen *seen = argument;
  const char *name = strrchr(path, '/') + 1;

  strcat(seen->names, name);
  strcat(seen->names, " ");
  return seen->bad == NULL || strcmp(name, seen->bad) != 0 ||
         certspec_error_set(error, path, 0, "is bad");
}

static int make(void **state) {
  static struct scratch scratch;

  scratch_make(&scratch);
  scratch_make_folder(&scratch, "list");
  scratch_write(&scratch, "list/b.json", "{}");
  scratch_write(&scratch, "list/B.json", "{}");
  scratch_write(&scratch, "list/a.json", "[1]");
  scratch_write(&scratch, "list/.a.json", "{}");
  scratch_write(&scratch, "list/.json", "{}");
  scratch_write(&scratch, "list/a.json~", "{}");
  *state = &scratch;
  return 0;
}

static int unmake(void **state) {
  scratch_remove(*state);
  return 0;
}

static void files_come_by_name(void **state) {
  const struct scratch *scratch = *state;
  struct seen seen = {.bad = NULL};
  struct certspec_error error;

  assert_true(
      json_folder_walk_known(scratch->folder, "list", take, &seen, &error));
  assert_string_equal(seen.names, "B.json a.json b.json ");
}

static void one_that_cannot_be_taken_is_the_last(void **state) {
  const struct scratch *scratch = *state;
  struct seen seen = {.bad = "a.json"};
  struct certspec_error error;

  assert_false(
      json_folder_walk_known(scratch->folder, "list", take, &seen, &error));
  assert_string_equal(seen.names, "B.json a.json ");
  assert_non_null(strstr(error.text, "list/a.json: is bad"));
}

/* A folder need not be there to know nothing; what is there is no folder. */
static void what_is_no_folder(void **state) {
  const struct scratch *scratch = *state;
  struct seen seen = {.bad = NULL};
  struct certspec_error error;
  size_t num = 7;

  assert_true(
      json_folder_walk_known(scratch->folder, "none", take, &seen, &error));
  assert_false(json_folder_walk(&num, "/nonexistent", take, &seen, &error));
  assert_non_null(strstr(error.text, "/nonexistent: cannot be read: No such"));
  assert_false(json_folder_walk_known(scratch->folder, "list/a.json", take,
                                      &seen, &error));
  assert_non_null(strstr(error.text, "cannot be read: Not a directory"));
  assert_string_equal(seen.names, "");
  assert_int_equal(num, 7);
}

static void documents_are_added(void **state) {
  struct scratch *scratch = *state;
  struct json_document *documents = NULL;
  struct certspec_error error;
  size_t num = 0;

  const char *path = scratch_write(scratch, "list/a.json", "[1]");
  assert_non_null(json_folder_add(&documents, &num, path, &error));
  const struct json_document *second =
      json_folder_add(&documents, &num, path, &error);
  assert_ptr_equal(second, &documents[1]);
  path = scratch_write(scratch, "list/a.json", "[");
  assert_null(json_folder_add(&documents, &num, path, &error));
  assert_int_equal(num, 2);
  for (size_t i = 0; i < num; i++) {
    assert_true(json_is_array(documents[i].root));
    json_document_free(&documents[i]);
  }
  free(documents);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(files_come_by_name),
      cmocka_unit_test(one_that_cannot_be_taken_is_the_last),
      cmocka_unit_test(what_is_no_folder),
      cmocka_unit_test(documents_are_added),
  };
  return cmocka_run_group_tests_name("json_folder", tests, make, unmake);
}
