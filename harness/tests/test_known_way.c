#include "known_way.h"

#include "cmocka_all.h"
#include "scratch.h"
#include "subject.h"

#define SCENARIO "TLSv1.3:request:none:none:any:2ee:S"
#define WAY(id, version, scenario)                 \
  "{\"id\": \"" id "\", \"versions\": [\"" version \
  "\"],\n"                                         \
  "\"scenario\": \"" scenario "\", \"reason\": \"r\"}"

struct folder {
  struct scratch scratch;
  struct known_ways ways;
  struct certspec_error error;
};

static int make(void **state) {
  static struct folder folder;

  folder = (struct folder){0};
  scratch_make(&folder.scratch);
  scratch_make_folder(&folder.scratch, "ways");
  *state = &folder;
  return 0;
}

static int unmake(void **state) {
  struct folder *folder = *state;

  known_ways_free(&folder->ways);
  scratch_remove(&folder->scratch);
  return 0;
}

static int load(struct folder *folder, const char *library, const char *list) {
  char text[2048];

  snprintf(text, sizeof(text),
           "{\"library\": \"%s\", \"line\": \"1\",\n\"ways\": [%s]}", library,
           list);
  scratch_write(&folder->scratch, "ways/x.json", text);
  return known_ways_load(&folder->ways, folder->scratch.folder, &folder->error);
}

static void keeps_what_holds_for_the_subject(void **state) {
  struct folder *folder = *state;

  assert_true(load(folder, subject_library(),
                   WAY("above-one-is-one", ">=0.1", SCENARIO) "," WAY(
                       "one-slot", "<0.1", SCENARIO)));
  assert_int_equal(folder->ways.num_ways, 1);
  assert_int_equal(known_ways_bits(&folder->ways),
                   (uint64_t)1 << WAY_ABOVE_ONE_IS_ONE);
  assert_string_equal(
      known_ways_find(&folder->ways, WAY_ABOVE_ONE_IS_ONE)->scenario, SCENARIO);
  assert_null(known_ways_find(&folder->ways, WAY_ONE_SLOT));
}

static void passes_over_another_library(void **state) {
  struct folder *folder = *state;

  assert_true(
      load(folder, "nossl", WAY("above-one-is-one", ">=0.1", SCENARIO)));
  assert_int_equal(folder->ways.num_ways, 0);
}

static void knows_nothing_without_a_folder(void **state) {
  struct folder *folder = *state;

  assert_true(known_ways_load(&folder->ways, "/nonexistent", &folder->error));
  assert_int_equal(folder->ways.num_ways, 0);
}

static void refuses(struct folder *folder, const char *library,
                    const char *list, const char *cause) {
  assert_false(load(folder, library, list));
  assert_non_null(strstr(folder->error.text, "x.json:"));
  if (strstr(folder->error.text, cause) == NULL) {
    fail_msg("%s", folder->error.text);
  }
}

static void refuses_what_cannot_be_used(void **state) {
  struct folder *folder = *state;

  refuses(folder, subject_library(), WAY("sideways", ">=0.1", SCENARIO),
          "sideways: the model knows no such way");
  /* Nobody runs every library each day. */
  refuses(folder, "nossl", WAY("sideways", ">=0.1", SCENARIO),
          "the model knows no such way");
  refuses(folder, subject_library(), WAY("one-slot", "3", SCENARIO),
          "\"versions\" is malformed");
  refuses(folder, subject_library(), WAY("one-slot", ">=0.1", "TLSv1.3:all"),
          "is no REQUEST");
  refuses(
      folder, subject_library(),
      WAY("one-slot", ">=0.1", SCENARIO) "," WAY("one-slot", ">=0.1", SCENARIO),
      "it stands twice");
  refuses(folder, subject_library(), "{\"id\": \"one-slot\"}", "\"versions\"");
}

/* Each way has an id of its own, and is found by it. */
static void every_way_has_an_id(void **state) {
  (void)state;
  for (int i = 0; i < NUM_MODEL_WAYS; i++) {
    assert_int_equal(model_way_find(model_way_id((enum model_way)i)), i);
  }
  assert_null(model_way_id(NUM_MODEL_WAYS));
  assert_int_equal(model_way_find("no such way"), NUM_MODEL_WAYS);
}

static void reads_what_the_project_knows(void **state) {
  struct folder *folder = *state;

  if (!known_ways_load(&folder->ways, CERTSPEC_SOURCE_DIR "/vectors",
                       &folder->error)) {
    fail_msg("%s", folder->error.text);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(keeps_what_holds_for_the_subject, make,
                                      unmake),
      cmocka_unit_test_setup_teardown(passes_over_another_library, make,
                                      unmake),
      cmocka_unit_test_setup_teardown(knows_nothing_without_a_folder, make,
                                      unmake),
      cmocka_unit_test_setup_teardown(refuses_what_cannot_be_used, make,
                                      unmake),
      cmocka_unit_test_setup_teardown(every_way_has_an_id, make, unmake),
      cmocka_unit_test_setup_teardown(reads_what_the_project_knows, make,
                                      unmake),
  };
  return cmocka_run_group_tests_name("known_way", tests, NULL, NULL);
}
