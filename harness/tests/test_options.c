#include "options.h"

#include <stdlib.h>
#include <string.h>

#include "cmocka_all.h"

/* Parses |line|, split at blanks. */
static int parse(struct options *out, const char *line,
                 struct certspec_error *error) {
  static char copy[512];
  char *argv[64] = {(char *)"certspec"};
  int argc = 1;

  snprintf(copy, sizeof(copy), "%s", line);
  for (char *word = strtok(copy, " "); word != NULL; word = strtok(NULL, " ")) {
    argv[argc++] = word;
  }
  return options_parse(out, argc, argv, error);
}

static void all_of_run(void **state) {
  struct options options;
  struct certspec_error error;

  (void)state;
  assert_int_equal(
      parse(&options,
            "run a/* --case b/1 -c b/2 --statement S-1 --protocol TLSv1.2 "
            "-p TLSv1.3 --shard 2/3 -j 4 --time-limit 1.5 --min 7 --strict "
            "--slowest 5 --out dir --vectors v --servers s --python p "
            "--quiet --json --no-page --color never -- --c",
            &error),
      1);
  assert_int_equal(options.command, COMMAND_RUN);
  assert_int_equal(options.cases.num_texts, 4);
  assert_string_equal(options.cases.texts[0], "a/*");
  assert_string_equal(options.cases.texts[2], "b/2");
  assert_string_equal(options.cases.texts[3], "--c");
  assert_int_equal(options.statements.num_texts, 1);
  assert_int_equal(options.protocols.num_texts, 2);
  assert_int_equal(options.shard_index, 2);
  assert_int_equal(options.shard_total, 3);
  assert_int_equal(options.jobs, 4);
  assert_true(options.time_limit == 1.5);
  assert_int_equal(options.min, 7);
  assert_int_equal(options.slowest, 5);
  assert_string_equal(options.out, "dir");
  assert_string_equal(options.vectors, "v");
  assert_string_equal(options.servers, "s");
  assert_string_equal(options.python, "p");
  assert_true(options.strict && options.quiet && options.json &&
              options.no_page);
  assert_int_equal(options.color, COLOR_NEVER);
  options_free(&options);
}

static void defaults(void **state) {
  struct options options;
  struct certspec_error error;

  (void)state;
  assert_int_equal(parse(&options, "run", &error), 1);
  assert_true(options.time_limit == 10);
  assert_int_equal(options.jobs, 0);
  assert_int_equal(options.repeat, 1);
  assert_string_equal(options.out, "certspec-out");
  assert_int_equal(options.color, COLOR_AUTO);
  options_free(&options);
}

static void options_before_the_command(void **state) {
  struct options options;
  struct certspec_error error;

  (void)state;
  assert_int_equal(parse(&options, "--jobs 3 run", &error), 1);
  assert_int_equal(options.jobs, 3);
  options_free(&options);
}

static const struct {
  const char *line;
  const char *cause;
} bad[] = {
    {"", "no command"},
    {"fly", "unknown command \"fly\""},
    {"run --wings", "unknown option --wings"},
    {"run -x", "unknown option -x"},
    {"run --case", "--case needs an argument"},
    {"run --jobs many", "--jobs: \"many\" is no N"},
    {"run --jobs 0", "--jobs: \"0\""},
    {"run --jobs -1", "--jobs: \"-1\""},
    {"run --jobs 99999999999999999999", "--jobs"},
    {"run --time-limit 0", "--time-limit: \"0\" is no SECONDS"},
    {"run --time-limit nan", "--time-limit"},
    {"run --time-limit 1s", "--time-limit"},
    {"run --shard 1", "--shard: \"1\" is no I/N"},
    {"run --shard 0/2", "--shard"},
    {"run --shard 3/2", "--shard"},
    {"run --shard 1/2/3", "--shard"},
    {"run --color sometimes", "--color"},
    {"run --ctest", "--ctest is no option of this command"},
    {"--shard 1/2 list", "--shard is no option of this command"},
    {"show", "which case?"},
    {"bench x", "takes no argument"},
    {"bench --case x", "--case is no option of this command"},
};

static void refused(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
    struct options options;
    struct certspec_error error = {0};

    assert_int_equal(parse(&options, bad[i].line, &error), 0);
    if (strstr(error.text, bad[i].cause) == NULL) {
      fail_msg("%s: %s", bad[i].line, error.text);
    }
    options_free(&options);
  }
}

static void help_needs_no_more(void **state) {
  struct options options;
  struct certspec_error error;

  (void)state;
  assert_int_equal(parse(&options, "--help", &error), 1);
  assert_true(options.help);
  options_free(&options);
  assert_int_equal(parse(&options, "show --help", &error), 1);
  options_free(&options);
}

/* Every option of the description stands in --help of its command, and no
 * line of that is too long. */
static void help_and_description_agree(void **state) {
  static const unsigned commands[] = {COMMAND_RUN,     COMMAND_LIST,
                                      COMMAND_SHOW,    COMMAND_BENCH,
                                      COMMAND_EXPLORE, COMMAND_NEW_CASE};
  json_t *description = options_describe();
  const json_t *list = json_object_get(description, "commands");
  size_t i;
  size_t j;
  json_t *command;
  json_t *option;

  (void)state;
  assert_int_equal(json_array_size(list), 6);
  json_array_foreach(list, i, command) {
    char *help = options_help(commands[i]);

    json_array_foreach(json_object_get(command, "options"), j, option) {
      const char *about = json_string_value(json_object_get(option, "about"));

      assert_non_null(strstr(help, about));
    }
    for (const char *line = help; *line != '\0'; line++) {
      size_t line_len = strcspn(line, "\n");

      assert_true(line_len < 100);
      line += line_len;
    }
    free(help);
  }
  json_decref(description);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(all_of_run),
      cmocka_unit_test(defaults),
      cmocka_unit_test(options_before_the_command),
      cmocka_unit_test(refused),
      cmocka_unit_test(help_needs_no_more),
      cmocka_unit_test(help_and_description_agree),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
