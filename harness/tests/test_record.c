#include "record.h"

#include "planned.h"
#include "scratch.h"
#include "subject.h"

static const struct certspec_case cases[] = {{.id = "topic/case", .rev = 1}};
static const struct certspec_catalogue catalogue = {
    .cases = (struct certspec_case *)cases, .num_cases = 1};

#define RECORD(rest)                                                      \
  "{\"case\": \"topic/case\", \"rev\": 1, \"protocols\": [\"TLSv1.2\"], " \
  "\"versions\": [\">=0.1\"], \"got\": {\"error\": \"E\"}, "              \
  "\"reason\": \"r\"" rest "}"

struct folder {
  struct scratch scratch;
  struct records records;
  struct certspec_error error;
};

static int make(void **state) {
  static struct folder folder;

  folder = (struct folder){0};
  scratch_make(&folder.scratch);
  scratch_make_folder(&folder.scratch, "deviations");
  scratch_make_folder(&folder.scratch, "pins");
  *state = &folder;
  return 0;
}

static int unmake(void **state) {
  struct folder *folder = *state;

  records_free(&folder->records);
  scratch_remove(&folder->scratch);
  return 0;
}

/* Loads the folder with |list| as its deviations of |library|. */
static int load(struct folder *folder, const char *library, const char *list) {
  char text[2048];

  snprintf(text, sizeof(text),
           "{\"library\": \"%s\", \"line\": \"1\",\n\"deviations\": [%s]}",
           library, list);
  scratch_write(&folder->scratch, "deviations/x.json", text);
  return records_load(&folder->records, folder->scratch.folder, &catalogue,
                      &folder->error);
}

static const struct record *find(const struct folder *folder, int rev,
                                 const char *protocol) {
  struct planned planned;

  planned_make(&planned, "[]", "{}");
  planned.source.rev = rev;
  planned.plan.protocol = protocol_find(protocol);
  const struct record *record =
      record_find(&folder->records.deviations, &planned.plan);
  plan_free(&planned.plan);
  return record;
}

static void found_by_case_rev_and_protocol(void **state) {
  struct folder *folder = *state;

  assert_int_equal(load(folder, subject_library(), RECORD("")), 1);
  assert_non_null(find(folder, 1, "TLSv1.2"));
  assert_string_equal(find(folder, 1, "TLSv1.2")->reason, "r");
  assert_null(find(folder, 2, "TLSv1.2"));
  assert_null(find(folder, 1, "TLSv1.3"));
  assert_int_equal(folder->records.pins.num_records, 0);
}

static void of_another_library(void **state) {
  struct folder *folder = *state;

  assert_int_equal(load(folder, "anotherssl", RECORD("")), 1);
  assert_null(find(folder, 1, "TLSv1.2"));
}

static void of_another_version(void **state) {
  struct folder *folder = *state;
  static const char record[] =
      "{\"case\": \"topic/case\", \"rev\": 1, \"protocols\": [\"TLSv1.2\"],"
      " \"versions\": [\">=99\"], \"got\": {\"error\": \"E\"}}";

  assert_int_equal(load(folder, subject_library(), record), 1);
  assert_null(find(folder, 1, "TLSv1.2"));
}

static const struct {
  const char *list;
  const char *cause;
} bad[] = {
    {"{}", "needs case, rev"},
    {"7", "needs case, rev"},
    {"{\"case\": \"topic/gone\", \"rev\": 1, \"protocols\": [\"TLSv1.2\"],"
     " \"versions\": [], \"got\": {\"a\": 1}}",
     "topic/gone: there is no such case"},
    {"{\"case\": \"topic/case\", \"rev\": 1, \"protocols\": [\"TLSv1.2\"],"
     " \"versions\": [], \"got\": {}}",
     "\"got\" names nothing"},
    {"{\"case\": \"topic/case\", \"rev\": 1, \"protocols\": [\"TLSv1.2\"],"
     " \"versions\": []}",
     "one of got and verdict"},
    {RECORD(", \"verdict\": \"crash\""), "one of got and verdict"},
    {"{\"case\": \"topic/case\", \"rev\": 1, \"protocols\": [\"TLSv1.2\"],"
     " \"versions\": [], \"verdict\": \"pass\"}",
     "neither crash nor timeout"},
    {"{\"case\": \"topic/case\", \"rev\": 1, \"protocols\": [\"TLSv1.2\"],"
     " \"versions\": [\"three\"], \"got\": {\"a\": 1}}",
     "\"versions\" is malformed"},
    {"{\"case\": \"topic/case\", \"rev\": 1, \"protocols\": [\"SSLv2\"],"
     " \"versions\": [], \"got\": {\"a\": 1}}",
     "names no protocol"},
    {"{\"case\": \"topic/case\", \"rev\": 1, \"protocols\": [],"
     " \"versions\": [], \"got\": {\"a\": 1}}",
     "\"protocols\" is empty"},
    {RECORD("") ", " RECORD(""), "another record holds for the same run"},
};

static void refused(void **state) {
  struct folder *folder = *state;

  for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
    assert_int_equal(load(folder, subject_library(), bad[i].list), 0);
    if (strstr(folder->error.text, bad[i].cause) == NULL ||
        strstr(folder->error.text, "deviations/x.json:2: ") == NULL) {
      fail_msg("%s", folder->error.text);
    }
  }
}

static void no_list(void **state) {
  struct folder *folder = *state;

  scratch_write(&folder->scratch, "pins/x.json", "{\"library\": \"openssl\"}");
  assert_int_equal(records_load(&folder->records, folder->scratch.folder,
                                &catalogue, &folder->error),
                   strcmp(subject_library(), "openssl") != 0);
}

static void no_folder(void **state) {
  struct folder *folder = *state;

  assert_int_equal(records_load(&folder->records, "/nonexistent", &catalogue,
                                &folder->error),
                   1);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(found_by_case_rev_and_protocol, make,
                                      unmake),
      cmocka_unit_test_setup_teardown(of_another_library, make, unmake),
      cmocka_unit_test_setup_teardown(of_another_version, make, unmake),
      cmocka_unit_test_setup_teardown(refused, make, unmake),
      cmocka_unit_test_setup_teardown(no_list, make, unmake),
      cmocka_unit_test_setup_teardown(no_folder, make, unmake),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
