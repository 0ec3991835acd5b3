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
  char line[32];      /* of the subject */
  char file_name[96]; /* of its records */
  struct records records;
  struct certspec_error error;
};

static int make(void **state) {
  static struct folder folder;

  folder = (struct folder){0};
  scratch_make(&folder.scratch);
  scratch_make_folder(&folder.scratch, "deviations");
  scratch_make_folder(&folder.scratch, "pins");
  assert_true(subject_version_line(folder.line, sizeof(folder.line),
                                   subject_version()));
  snprintf(folder.file_name, sizeof(folder.file_name), "%s-%s.json",
           subject_library(), folder.line);
  *state = &folder;
  return 0;
}

static int unmake(void **state) {
  struct folder *folder = *state;

  records_free(&folder->records);
  scratch_remove(&folder->scratch);
  return 0;
}

static int load_as(struct folder *folder, const char *name, const char *library,
                   const char *line, const char *list) {
  char path[128];
  char text[2048];

  snprintf(path, sizeof(path), "deviations/%s", name);
  snprintf(text, sizeof(text),
           "{\"library\": \"%s\", \"line\": \"%s\",\n\"deviations\": [%s]}",
           library, line, list);
  scratch_write(&folder->scratch, path, text);
  return records_load(&folder->records, folder->scratch.folder, &catalogue,
                      &folder->error);
}

/* Loads the folder with |list| as the deviations of the subject. */
static int load(struct folder *folder, const char *list) {
  return load_as(folder, folder->file_name, subject_library(), folder->line,
                 list);
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

  assert_int_equal(load(folder, RECORD("")), 1);
  assert_non_null(find(folder, 1, "TLSv1.2"));
  assert_string_equal(find(folder, 1, "TLSv1.2")->reason, "r");
  assert_null(find(folder, 2, "TLSv1.2"));
  assert_null(find(folder, 1, "TLSv1.3"));
  assert_int_equal(folder->records.pins.num_records, 0);
}

static void of_another_line(void **state) {
  struct folder *folder = *state;

  /* Of the subject by what it says, and not read for its name. */
  assert_int_equal(load_as(folder, "anotherssl-1.0.json", subject_library(),
                           folder->line, RECORD("")),
                   1);
  assert_null(find(folder, 1, "TLSv1.2"));
  assert_int_equal(load_as(folder, "openssl-0.9.json", "", "", "rubbish"), 1);
}

static void of_another_by_what_it_says(void **state) {
  struct folder *folder = *state;

  assert_int_equal(load_as(folder, folder->file_name, "anotherssl",
                           folder->line, RECORD("")),
                   0);
  assert_non_null(strstr(folder->error.text, "is of anotherssl "));
  assert_int_equal(
      load_as(folder, folder->file_name, subject_library(), "0.9", RECORD("")),
      0);
  assert_non_null(strstr(folder->error.text, " 0.9 by what it says"));
}

static void called_otherwise(void **state) {
  static const char *const names[] = {"x.json", "openssl-three.json",
                                      "-3.0.json"};

  for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
    make(state);
    struct folder *folder = *state;

    assert_int_equal(
        load_as(folder, names[i], subject_library(), folder->line, RECORD("")),
        0);
    assert_non_null(strstr(folder->error.text, names[i]));
    assert_non_null(strstr(folder->error.text, folder->file_name));
    unmake(state);
  }
}

static void of_another_version(void **state) {
  struct folder *folder = *state;
  static const char record[] =
      "{\"case\": \"topic/case\", \"rev\": 1, \"protocols\": [\"TLSv1.2\"],"
      " \"versions\": [\">=99\"], \"got\": {\"error\": \"E\"}}";

  assert_int_equal(load(folder, record), 1);
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
    assert_int_equal(load(folder, bad[i].list), 0);
    if (strstr(folder->error.text, bad[i].cause) == NULL ||
        strstr(folder->error.text, ".json:2: ") == NULL) {
      fail_msg("%s", folder->error.text);
    }
  }
}

static void no_list(void **state) {
  struct folder *folder = *state;
  char path[128];
  char text[128];

  snprintf(path, sizeof(path), "pins/%s", folder->file_name);
  scratch_write(&folder->scratch, path, "{}");
  assert_int_equal(records_load(&folder->records, folder->scratch.folder,
                                &catalogue, &folder->error),
                   0);
  snprintf(text, sizeof(text), "{\"library\": \"%s\", \"line\": \"%s\"}",
           subject_library(), folder->line);
  scratch_write(&folder->scratch, path, text);
  assert_int_equal(records_load(&folder->records, folder->scratch.folder,
                                &catalogue, &folder->error),
                   0);
  assert_non_null(strstr(folder->error.text, "no list \"pins\""));
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
      cmocka_unit_test_setup_teardown(of_another_line, make, unmake),
      cmocka_unit_test_setup_teardown(of_another_by_what_it_says, make, unmake),
      cmocka_unit_test(called_otherwise),
      cmocka_unit_test_setup_teardown(of_another_version, make, unmake),
      cmocka_unit_test_setup_teardown(refused, make, unmake),
      cmocka_unit_test_setup_teardown(no_list, make, unmake),
      cmocka_unit_test_setup_teardown(no_folder, make, unmake),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
