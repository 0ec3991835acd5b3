#include "case.h"

#include <string.h>

#include "cmocka_all.h"
#include "scratch.h"

#define NUM(array) (sizeof(array) / sizeof((array)[0]))

static const char MANUAL[] =
    "{\"page\": \"SSL_CTX_set_client_cert_cb(3)\",\n"
    " \"sentences\": {\"3\": {\"NOTES\": 2}},\n"
    " \"statements\": [\n"
    "  {\"id\": \"SUSPEND-2\", \"section\": \"NOTES\", \"text\": \"two\",\n"
    "   \"forms\": [\"3\"], \"sentence\": {\"3\": \"NOTES:2\"}},\n"
    "  {\"id\": \"SUSPEND-1\", \"section\": \"NOTES\", \"text\": \"one\",\n"
    "   \"forms\": [\"1.1.1\", \"3\"], \"untestable\": \"of no effect\"}]}\n";

/* A case that is right; each row of BAD_CASES changes it. */
static const char GOOD_CASE[] =
    "{\"id\": \"suspend/good\", \"rev\": 1, \"title\": \"a case\","
    " \"statements\": [\"SUSPEND-2\"], \"origin\": [\"A-1\"],"
    " \"tier\": \"documented\", \"protocols\": [\"TLSv1.2\", \"TLSv1.3\"],"
    " \"needs\": [\"engine\"], \"client\": {}, \"server\": {},"
    " \"steps\": [{\"do\": \"handshake\"},"
    " {\"do\": \"read\", \"bytes\": 3, \"times\": 2}],"
    " \"expect\": {\"want\": \"SSL_NOTHING\"}}";

static int make_folder(void **state) {
  struct scratch *scratch = calloc(1, sizeof(*scratch));
  scratch_make(scratch);
  scratch_make_folder(scratch, "manual");
  scratch_make_folder(scratch, "cases");
  scratch_write(scratch, "manual/client_cert_cb.json", MANUAL);
  *state = scratch;
  return 0;
}

static int remove_folder(void **state) {
  scratch_remove(*state);
  free(*state);
  return 0;
}

/* Writes cases/|topic|.json with |cases| (stolen), a key a line. */
static void write_topic(struct scratch *scratch, const char *topic,
                        json_t *cases) {
  char name[64];
  snprintf(name, sizeof(name), "cases/%s.json", topic);
  json_t *root = json_pack("{s:s, s:o}", "topic", topic, "cases", cases);
  assert_non_null(root);
  char *text = json_dumps(root, JSON_INDENT(1));
  scratch_write(scratch, name, text);
  free(text);
  json_decref(root);
}

static json_t *parse(const char *text) {
  json_error_t error;
  json_t *value = json_loads(text, JSON_REJECT_DUPLICATES, &error);
  if (value == NULL) {
    fail_msg("%s: %s", text, error.text);
  }

  return value;
}

/* GOOD_CASE with the keys of |changes| replaced; null takes a key away. */
static json_t *changed_case(const char *changes) {
  json_t *out = parse(GOOD_CASE);
  json_t *patch = parse(changes);
  const char *key = NULL;
  json_t *value = NULL;
  json_object_foreach(patch, key, value) {
    if (json_is_null(value)) {
      json_object_del(out, key);
    } else {
      json_object_set(out, key, value);
    }
  }

  json_decref(patch);
  return out;
}

/* Whether |marker| begins in line |line| of the file at |path|. */
static int line_has(const char *path, size_t line, const char *marker) {
  FILE *file = fopen(path, "re");
  assert_non_null(file);
  char text[4096];
  const size_t len = fread(text, 1, sizeof(text) - 1, file);
  fclose(file);
  assert_true(len > 0 && len < sizeof(text) - 1);
  text[len] = '\0';

  const char *start = text;
  for (; line > 1 && start != NULL; line--) {
    start = strchr(start, '\n');
    start = start != NULL ? start + 1 : NULL;
  }

  const char *found = start != NULL ? strstr(start, marker) : NULL;
  return found != NULL && found < start + strcspn(start, "\n");
}

/* Loads |scratch| in vain. The error names the file |name|, a line that
 * |marker| begins in (NULL: no line), and |cause|. */
static void check_refused(const struct scratch *scratch, const char *name,
                          const char *marker, const char *cause) {
  struct certspec_error error = {""};
  struct certspec_catalogue catalogue;
  if (catalogue_load(&catalogue, scratch->folder, &error)) {
    fail_msg("accepted, without: %s", cause);
  }
  assert_null(catalogue.cases);
  assert_null(catalogue.documents);

  char path[256];
  snprintf(path, sizeof(path), "%s/%s", scratch->folder, name);
  size_t line = 0;
  const size_t path_len = strlen(path);
  assert_memory_equal(error.text, path, path_len);
  if (marker != NULL) {
    line = strtoul(error.text + path_len + 1, NULL, 10);
  }

  struct certspec_error wanted;
  certspec_error_set(&wanted, path, line, "%s", cause);
  assert_string_equal(error.text, wanted.text);
  if (marker != NULL && !line_has(path, line, marker)) {
    fail_msg("line %zu has no %s: %s", line, marker, cause);
  }
}

static void reads_statements_and_cases(void **state) {
  struct scratch *scratch = *state;
  json_t *observed = changed_case(
      "{\"id\": \"suspend/another\", \"tier\": \"observed\", \"rev\": 3,"
      " \"statements\": [], \"needs\": null, \"expect\": null,"
      " \"observe\": [\"want\"]}");
  write_topic(scratch, "suspend",
              json_pack("[o, o]", parse(GOOD_CASE), observed));
  write_topic(scratch, "empty", json_array());
  scratch_write(scratch, "cases/.#suspend.json", "an editor's lock");
  scratch_write(scratch, "cases/notes.txt", "no case");

  struct certspec_error error = {""};
  struct certspec_catalogue catalogue;
  if (!catalogue_load(&catalogue, scratch->folder, &error)) {
    fail_msg("%s", error.text);
  }

  assert_int_equal(catalogue.num_statements, 2);
  assert_int_equal(catalogue.num_cases, 2);
  assert_string_equal(catalogue.cases[0].id, "suspend/another");
  assert_string_equal(catalogue.cases[1].id, "suspend/good");

  const struct certspec_statement *statement =
      catalogue_find_statement(&catalogue, "SUSPEND-1");
  assert_string_equal(statement->page, "SSL_CTX_set_client_cert_cb(3)");
  assert_string_equal(statement->section, "NOTES");
  assert_string_equal(statement->text, "one");
  assert_string_equal(statement->untestable, "of no effect");
  assert_null(catalogue_find_statement(&catalogue, "SUSPEND-2")->untestable);
  assert_null(catalogue_find_statement(&catalogue, "SUSPEND-3"));

  const struct certspec_case *good =
      catalogue_find_case(&catalogue, "suspend/good");
  assert_string_equal(good->topic, "suspend");
  assert_string_equal(good->title, "a case");
  assert_string_equal(good->file, "cases/suspend.json");
  assert_int_equal(good->rev, 1);
  assert_int_equal(good->tier, TIER_DOCUMENTED);
  assert_int_equal(json_array_size(good->statements), 1);
  assert_int_equal(json_array_size(good->needs), 1);
  assert_int_equal(good->num_protocols, 2);
  assert_ptr_equal(good->protocols[0], protocol_find("TLSv1.2"));
  assert_ptr_equal(good->protocols[1], protocol_find("TLSv1.3"));

  const struct certspec_case *another =
      catalogue_find_case(&catalogue, "suspend/another");
  assert_int_equal(another->rev, 3);
  assert_int_equal(another->tier, TIER_OBSERVED);
  assert_null(another->needs);
  assert_null(catalogue_find_case(&catalogue, "suspend/absent"));

  catalogue_free(&catalogue);
  assert_null(catalogue_find_case(&catalogue, "suspend/good"));
  assert_null(catalogue_find_statement(&catalogue, "SUSPEND-1"));
}

struct bad_case {
  const char *changes;
  const char *marker; /* begins in the line that is named */
  const char *cause;  /* behind "case suspend/good: " */
};

static const struct bad_case BAD_CASES[] = {
    {"{\"expct\": {}}", "\"expct\"", "unknown key \"expct\""},
    {"{\"rev\": 0}", "\"rev\"", "\"rev\" must be from 1 to 2147483647"},
    {"{\"rev\": 1.5}", "\"rev\"", "\"rev\" must be a whole number"},
    {"{\"rev\": 2147483648}", "\"rev\"",
     "\"rev\" must be from 1 to 2147483647"},
    {"{\"title\": \"\"}", "\"title\"",
     "\"title\" must be a text that is not empty"},
    {"{\"title\": null}", "{\n   \"id\"", "missing key \"title\""},
    {"{\"client\": []}", "\"client\"", "\"client\" must be an object"},
    {"{\"steps\": {}}", "\"steps\"", "\"steps\" must be a list"},
    {"{\"needs\": \"engine\"}", "\"needs\"",
     "\"needs\" must be a list of different texts, none of them empty"},
    {"{\"origin\": [1]}", "\"origin\"",
     "\"origin\" must be a list of different texts, none of them empty"},
    {"{\"statements\": []}", "\"statements\"",
     "tier documented, but \"statements\" names none"},
    {"{\"statements\": [\"SUSPEND-9\"]}", "\"statements\"",
     "unknown statement \"SUSPEND-9\""},
    {"{\"statements\": [\"SUSPEND-1\"]}", "\"statements\"",
     "statement \"SUSPEND-1\" is marked as untestable"},
    {"{\"statements\": [\"SUSPEND-2\", \"SUSPEND-2\"]}", "\"statements\"",
     "\"statements\" must be a list of different texts, none of them empty"},
    {"{\"protocols\": []}", "\"protocols\"", "\"protocols\" names none"},
    {"{\"protocols\": [\"TLSv1.4\"]}", "\"protocols\"",
     "unknown protocol \"TLSv1.4\""},
    {"{\"protocols\": [\"TLSv1.2\", \"TLSv1.2\"]}", "\"protocols\"",
     "\"protocols\" must be a list of different texts, none of them empty"},
    {"{\"tier\": \"documentd\"}", "\"tier\"",
     "unknown tier \"documentd\": documented or observed"},
    /* The tier and what is judged. */
    {"{\"observe\": [\"want\"]}", "\"observe\"",
     "\"observe\" has no place in tier documented"},
    {"{\"tier\": \"observed\", \"observe\": [\"want\"]}", "\"expect\"",
     "\"expect\" has no place in tier observed"},
    {"{\"steps\": [{\"do\": \"read\", \"observe_on\": {}}]}", "\"observe_on\"",
     "steps[0]: \"observe_on\" has no place in tier documented"},
    {"{\"tier\": \"observed\", \"expect\": null, \"observe\": [\"want\"],"
     " \"steps\": [{\"do\": \"read\", \"expect\": {}}]}",
     "\"expect\"", "steps[0]: \"expect\" has no place in tier observed"},
    {"{\"expect\": null}", "{\n   \"id\"",
     "tier documented, but nothing to expect on TLSv1.2"},
    {"{\"expect\": {}}", "{\n   \"id\"",
     "tier documented, but nothing to expect on TLSv1.2"},
    {"{\"expect\": null, \"expect_on\": {\"TLSv1.2\": {\"want\": 1}}}",
     "{\n   \"id\"", "tier documented, but nothing to expect on TLSv1.3"},
    {"{\"expect\": null, \"steps\": [{\"do\": \"read\", \"protocols\":"
     " [\"TLSv1.3\"], \"expect\": {\"return\": 1}}]}",
     "{\n   \"id\"", "tier documented, but nothing to expect on TLSv1.2"},
    {"{\"tier\": \"observed\", \"expect\": null, \"statements\": [],"
     " \"observe_on\": {\"TLSv1.3\": [\"want\"]}}",
     "{\n   \"id\"", "tier observed, but nothing to observe on TLSv1.2"},
    /* Amendments. */
    {"{\"client_on\": {\"TLSv1.1\": {}}}", "\"client_on\"",
     "\"client_on\": never run on TLSv1.1"},
    {"{\"server_on\": {\"SSLv3\": {}}}", "\"server_on\"",
     "\"server_on\": unknown protocol \"SSLv3\""},
    {"{\"expect_on\": {\"TLSv1.2\": {}, \"TLSv1.3\": []}}", "\"TLSv1.3\": []",
     "expect_on: \"TLSv1.3\" must be an object"},
    {"{\"observe_on\": {\"TLSv1.2\": {}}}", "\"TLSv1.2\": {}",
     "observe_on: \"TLSv1.2\" must be a list of different texts, none of them"
     " empty"},
    /* Steps. */
    {"{\"steps\": [1]}", "1\n", "steps[0]: must be an object"},
    {"{\"steps\": [{\"do\": \"read\"}, {\"bytes\": 3}]}", "{\n     \"bytes\"",
     "steps[1]: missing key \"do\""},
    {"{\"steps\": [{\"do\": \"read\", \"times\": 0}]}", "\"times\"",
     "steps[0]: \"times\" must be from 1 to 10000"},
    {"{\"steps\": [{\"do\": \"read\", \"times\": 10001}]}", "\"times\"",
     "steps[0]: \"times\" must be from 1 to 10000"},
    {"{\"steps\": [{\"do\": \"read\", \"keep_errors\": 1}]}", "\"keep_errors\"",
     "steps[0]: \"keep_errors\" must be true or false"},
    {"{\"steps\": [{\"do\": \"read\", \"protocols\": [\"TLSv1.1\"]}]}",
     "\"protocols\": [\n      \"TLSv1.1\"",
     "steps[0]: \"protocols\": never run on TLSv1.1"},
    {"{\"steps\": [{\"do\": \"read\", \"expect_on\": {\"TLSv1\": {}}}]}",
     "\"expect_on\"", "steps[0]: \"expect_on\": never run on TLSv1"},
    {"{\"steps\": [{\"do\": \"read\", \"protocols\": [\"TLSv1.3\"],"
     " \"expect_on\": {\"TLSv1.2\": {}}}]}",
     "\"expect_on\"", "steps[0]: \"expect_on\": never run on TLSv1.2"},
    {"{\"steps\": [{\"do\": \"read\", \"protocols\": []}]}", "\"protocols\"",
     "steps[0]: \"protocols\" names none"},
};

static void names_what_is_wrong_with_a_case(void **state) {
  for (size_t i = 0; i < NUM(BAD_CASES); i++) {
    const struct bad_case *row = &BAD_CASES[i];
    json_t *bad = changed_case(row->changes);
    write_topic(*state, "suspend", json_pack("[o]", bad));
    char cause[512];
    snprintf(cause, sizeof(cause), "case suspend/good: %s", row->cause);
    check_refused(*state, "cases/suspend.json", row->marker, cause);
  }
}

/* What makes a case right in places where BAD_CASES has it wrong. */
static const char *const GOOD_CHANGES[] = {
    "{}",
    "{\"steps\": []}",
    "{\"origin\": null, \"needs\": null, \"rev\": 2147483647}",
    "{\"expect\": null, \"expect_on\": {\"TLSv1.2\": {\"want\": 1},"
    " \"TLSv1.3\": {\"want\": 2}}}",
    "{\"expect\": null, \"steps\": [{\"do\": \"read\", \"protocols\":"
    " [\"TLSv1.3\"], \"expect\": {\"return\": 1}}, {\"do\": \"read\","
    " \"expect_on\": {\"TLSv1.2\": {\"return\": 1}}, \"times\": 10000}]}",
    "{\"tier\": \"observed\", \"expect\": null, \"steps\": [{\"do\":"
    " \"read\", \"observe\": [\"return\"], \"keep_errors\": true}]}",
};

static void accepts_what_is_right(void **state) {
  struct scratch *scratch = *state;
  for (size_t i = 0; i < NUM(GOOD_CHANGES); i++) {
    json_t *good = changed_case(GOOD_CHANGES[i]);
    write_topic(scratch, "suspend", json_pack("[o]", good));
    struct certspec_error error = {""};
    struct certspec_catalogue catalogue;
    if (!catalogue_load(&catalogue, scratch->folder, &error)) {
      fail_msg("%s", error.text);
    }
    assert_int_equal(catalogue.num_cases, 1);
    catalogue_free(&catalogue);
  }
}

static void names_a_case_without_an_id_by_its_place(void **state) {
  struct scratch *scratch = *state;
  write_topic(
      scratch, "suspend",
      json_pack("[o, o]", parse(GOOD_CASE), changed_case("{\"id\": null}")));
  check_refused(scratch, "cases/suspend.json", "{\n   \"rev\"",
                "cases[1]: missing key \"id\"");

  write_topic(scratch, "suspend", json_pack("[i]", 7));
  check_refused(scratch, "cases/suspend.json", "7",
                "cases[0]: must be an object");
}

static void wants_ids_that_begin_with_the_topic(void **state) {
  static const char *const IDS[] = {"good", "suspend", "suspend/",
                                    "suspended/x", "other/good"};
  for (size_t i = 0; i < NUM(IDS); i++) {
    json_t *bad = parse(GOOD_CASE);
    json_object_set_new(bad, "id", json_string(IDS[i]));
    write_topic(*state, "suspend", json_pack("[o]", bad));
    char cause[128];
    snprintf(cause, sizeof(cause), "case %s: the id must be \"suspend/NAME\"",
             IDS[i]);
    check_refused(*state, "cases/suspend.json", "\"id\"", cause);
  }
}

static void wants_the_topic_to_be_the_file_name(void **state) {
  struct scratch *scratch = *state;
  scratch_write(scratch, "cases/suspend.json",
                "{\"cases\": [],\n\"topic\": \"suspen\"}");
  check_refused(scratch, "cases/suspend.json", "\"topic\"",
                "topic \"suspen\" must be the file's name, \"suspend\"");
}

static void takes_an_id_once(void **state) {
  struct scratch *scratch = *state;
  write_topic(scratch, "suspend",
              json_pack("[o, o]", parse(GOOD_CASE), parse(GOOD_CASE)));
  char cause[512];
  snprintf(cause, sizeof(cause),
           "case suspend/good: the id is already used at "
           "%s/cases/suspend.json:4",
           scratch->folder);
  check_refused(scratch, "cases/suspend.json", "\"id\"", cause);

  /* Statements of two pages too. */
  write_topic(scratch, "suspend", json_pack("[o]", parse(GOOD_CASE)));
  scratch_write(scratch, "manual/pages.json", MANUAL);
  snprintf(cause, sizeof(cause),
           "statement SUSPEND-2: the id is already used at "
           "%s/manual/client_cert_cb.json:4",
           scratch->folder);
  check_refused(scratch, "manual/pages.json", "{\"id\": \"SUSPEND-2\"", cause);
}

struct bad_file {
  const char *name;
  const char *text;
  const char *marker;
  const char *cause;
};

static const struct bad_file BAD_FILES[] = {
    {"cases/a.json", "[]", "[]", "must be an object"},
    {"cases/a.json", "{\"topic\": \"a\"}", "{", "missing key \"cases\""},
    {"cases/a.json", "{\"topic\": \"a\",\n\"cases\": {}}", "\"cases\"",
     "\"cases\" must be a list"},
    {"cases/a.json", "{\"topic\": \"a\",\n\"case\": []}", "\"case\"",
     "unknown key \"case\""},
    {"cases/a.json", "", NULL, "the file is empty"},
    {"manual/a.json", "{\"page\": \"p\", \"statements\": [],\n\"x\": 1}",
     "\"x\"", "unknown key \"x\""},
    {"manual/a.json", "{\"page\": \"p\", \"statements\":\n[3]}", "[3]",
     "statements[0]: must be an object"},
    {"manual/a.json",
     "{\"page\": \"p\", \"statements\": [\n{\"id\": \"X-1\","
     " \"text\": \"t\", \"forms\": []}]}",
     "{\"id\"", "statement X-1: missing key \"section\""},
    {"manual/a.json",
     "{\"page\": \"p\", \"statements\": [{\"id\": \"X-1\",\n"
     " \"untestabel\": \"t\"}]}",
     "\"untestabel\"", "statement X-1: unknown key \"untestabel\""},
};

static void names_what_is_wrong_with_a_file(void **state) {
  struct scratch *scratch = *state;
  write_topic(scratch, "suspend", json_pack("[o]", parse(GOOD_CASE)));
  for (size_t i = 0; i < NUM(BAD_FILES); i++) {
    const struct bad_file *bad = &BAD_FILES[i];
    scratch_write(scratch, bad->name, bad->text);
    check_refused(scratch, bad->name, bad->marker, bad->cause);
    assert_int_equal(remove(scratch->path), 0);
  }
}

static void wants_both_folders_filled(void **state) {
  struct scratch *scratch = *state;
  check_refused(scratch, "cases", NULL, "holds no *.json file");

  char path[256];
  snprintf(path, sizeof(path), "%s/cases", scratch->folder);
  assert_int_equal(rmdir(path), 0);
  check_refused(scratch, "cases", NULL,
                "cannot be read: No such file or directory");
}

/* The first id at or after the line of |one| is its own. */
static void check_line(const struct certspec_case *one) {
  char path[512];
  snprintf(path, sizeof(path), "%s/%s", CERTSPEC_SOURCE_DIR "/vectors",
           one->file);
  FILE *file = fopen(path, "re");
  assert_non_null(file);
  char *text = NULL;
  size_t size = 0;
  size_t line = 0;
  const char *id = NULL;
  while (id == NULL && getline(&text, &size, file) > 0) {
    line++;
    id = line >= one->line ? strstr(text, "\"id\": \"") : NULL;
  }

  assert_non_null(id);
  id += strlen("\"id\": \"");
  assert_memory_equal(id, one->id, strlen(one->id));
  free(text);
  fclose(file);
}

/* The project's own catalogue, each line compared with the text there. */
static void traces_every_case_of_the_project(void **state) {
  (void)state;
  struct certspec_error error = {""};
  struct certspec_catalogue catalogue;
  if (!catalogue_load(&catalogue, CERTSPEC_SOURCE_DIR "/vectors", &error)) {
    fail_msg("%s", error.text);
  }

  assert_true(catalogue.num_cases > 0);
  for (size_t i = 0; i < catalogue.num_cases; i++) {
    const struct certspec_case *one = &catalogue.cases[i];
    assert_ptr_equal(catalogue_find_case(&catalogue, one->id), one);
    check_line(one);
  }
  catalogue_free(&catalogue);
}

#define IN_A_FOLDER(test) \
  cmocka_unit_test_setup_teardown(test, make_folder, remove_folder)

int main(void) {
  const struct CMUnitTest tests[] = {
      IN_A_FOLDER(reads_statements_and_cases),
      IN_A_FOLDER(accepts_what_is_right),
      IN_A_FOLDER(names_what_is_wrong_with_a_case),
      IN_A_FOLDER(names_a_case_without_an_id_by_its_place),
      IN_A_FOLDER(wants_ids_that_begin_with_the_topic),
      IN_A_FOLDER(wants_the_topic_to_be_the_file_name),
      IN_A_FOLDER(takes_an_id_once),
      IN_A_FOLDER(names_what_is_wrong_with_a_file),
      IN_A_FOLDER(wants_both_folders_filled),
      cmocka_unit_test(traces_every_case_of_the_project),
  };
  return cmocka_run_group_tests_name("catalogue", tests, NULL, NULL);
}
