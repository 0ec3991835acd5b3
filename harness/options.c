#include "options.h"

#include <errno.h>
#include <getopt.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifndef CERTSPEC_PYTHON
#define CERTSPEC_PYTHON "/usr/bin/python3"
#endif
#ifndef CERTSPEC_SOURCE_DIR
#define CERTSPEC_SOURCE_DIR "."
#endif

enum kind {
  KIND_FLAG,
  KIND_TEXT,
  KIND_LIST,
  KIND_COUNT,
  KIND_POSITIVE,
  KIND_SECONDS,
  KIND_SHARD,
  KIND_COLOR
};

struct command_about {
  const char *name;
  enum command command;
  const char *arguments;
  const char *about;
};

static const struct command_about commands[] = {
    {"run", COMMAND_RUN, "[GLOB...]",
     "run the cases against the libssl that is linked, and judge them"},
    {"list", COMMAND_LIST, "[GLOB...]", "list cases, statements, names"},
    {"show", COMMAND_SHOW, "CASE...", "show a case and its last result"},
    {"bench", COMMAND_BENCH, "", "measure what a case costs"},
};

struct option_about {
  const char *name;
  char letter;          /* 0: none */
  const char *argument; /* NULL: takes none */
  const char *about;    /* NULL: not in --help */
  unsigned commands;
  enum kind kind;
  size_t offset;
};

#define ALL (COMMAND_RUN | COMMAND_LIST | COMMAND_SHOW | COMMAND_BENCH)
#define CHOICE (COMMAND_RUN | COMMAND_LIST)
#define AT(member) offsetof(struct options, member)

static const struct option_about table[] = {
    {"case", 'c', "GLOB", "only cases whose id matches (repeatable)", CHOICE,
     KIND_LIST, AT(cases)},
    {"statement", 's', "ID", "only cases that check statement ID (repeatable)",
     CHOICE, KIND_LIST, AT(statements)},
    {"protocol", 'p', "NAME", "only this protocol, e.g. TLSv1.3 (repeatable)",
     CHOICE, KIND_LIST, AT(protocols)},
    {"shard", 0, "I/N", "only the I-th of N parts of the runs", COMMAND_RUN,
     KIND_SHARD, AT(shard_index)},
    {"jobs", 'j', "N", "runs side by side (default: the number of cores)",
     COMMAND_RUN, KIND_POSITIVE, AT(jobs)},
    {"time-limit", 't', "SECONDS", "kill a run after this time (default: 10)",
     COMMAND_RUN, KIND_SECONDS, AT(time_limit)},
    {"min", 0, "N", "exit 4 when fewer than N runs were performed", COMMAND_RUN,
     KIND_COUNT, AT(min)},
    {"strict", 0, NULL, "known deviations fail too", COMMAND_RUN, KIND_FLAG,
     AT(strict)},
    {"slowest", 0, "N", "print the N slowest runs", COMMAND_RUN, KIND_COUNT,
     AT(slowest)},
    {"cold", 0, NULL, "let no handshake happen but in the cases' own processes",
     COMMAND_RUN, KIND_FLAG, AT(cold)},
    {"repeat", 0, "N", NULL, COMMAND_RUN, KIND_POSITIVE, AT(repeat)},
    {"out", 'o', "DIR", "folder of the results (default: certspec-out)", ALL,
     KIND_TEXT, AT(out)},
    {"statements", 0, NULL, "list the statements of the manual", COMMAND_LIST,
     KIND_FLAG, AT(list_statements)},
    {"steps", 0, NULL, "list the steps that a case can take", COMMAND_LIST,
     KIND_FLAG, AT(list_steps)},
    {"expectations", 0, NULL, "list the names that can be expected",
     COMMAND_LIST, KIND_FLAG, AT(list_expectations)},
    {"features", 0, NULL, "list the features of the subject", COMMAND_LIST,
     KIND_FLAG, AT(list_features)},
    {"ctest", 0, NULL, "print a CTest script with a test for each case",
     COMMAND_LIST, KIND_FLAG, AT(list_ctest)},
    {"json", 0, NULL, "print JSON instead of tables", ALL, KIND_FLAG, AT(json)},
    {"quick", 0, NULL, "a tenth of the runs: rough figures", COMMAND_BENCH,
     KIND_FLAG, AT(quick)},
    {"quiet", 'q', NULL, "print only what is not green", COMMAND_RUN, KIND_FLAG,
     AT(quiet)},
    {"color", 0, "WHEN", "auto, always or never (NO_COLOR is honoured)", ALL,
     KIND_COLOR, AT(color)},
    {"vectors", 0, "DIR", "folder of the statements and cases", ALL, KIND_TEXT,
     AT(vectors)},
    {"servers", 0, "DIR", "folder of the scripted servers", ALL, KIND_TEXT,
     AT(servers)},
    {"python", 0, "FILE", "Python interpreter of the servers", ALL, KIND_TEXT,
     AT(python)},
    {"help", 'h', NULL, "print this help", ALL, KIND_FLAG, AT(help)},
    {"version", 'V', NULL, "print the version", ALL, KIND_FLAG, AT(version)},
};

enum {
  NUM_COMMANDS = sizeof(commands) / sizeof(commands[0]),
  NUM_OPTIONS = sizeof(table) / sizeof(table[0]),
  FIRST_VALUE = 256, /* getopt_long's values: above every letter */
};

static void *member(struct options *options, const struct option_about *about) {
  return (char *)options + about->offset;
}

static int list_add(struct text_list *list, const char *text) {
  const char **texts =
      realloc(list->texts, (list->num_texts + 1) * sizeof(*texts));

  if (texts == NULL) {
    return 0;
  }

  texts[list->num_texts] = text;
  list->texts = texts;
  list->num_texts++;
  return 1;
}

static int read_count(size_t *out, const char *text, char **out_end) {
  if (*text < '0' || *text > '9') {
    return 0;
  }

  errno = 0;
  unsigned long long value = strtoull(text, out_end, 10);
  if (errno != 0 || value > 1000000000) {
    return 0;
  }

  *out = (size_t)value;
  return 1;
}

static int set_count(size_t *out, const char *text) {
  char *end;

  return read_count(out, text, &end) && *end == '\0';
}

static int set_seconds(double *out, const char *text) {
  char *end;
  double value = strtod(text, &end);

  if (end == text || *end != '\0' || !isfinite(value) || value <= 0 ||
      value > 86400) {
    return 0;
  }

  *out = value;
  return 1;
}

static int set_shard(struct options *options, const char *text) {
  char *end;

  return read_count(&options->shard_index, text, &end) && *end == '/' &&
         set_count(&options->shard_total, end + 1) &&
         options->shard_index >= 1 &&
         options->shard_index <= options->shard_total;
}

static int set_color(enum color *out, const char *text) {
  static const char *const names[] = {"auto", "always", "never"};

  for (size_t i = 0; i < 3; i++) {
    if (strcmp(names[i], text) == 0) {
      *out = (enum color)i;
      return 1;
    }
  }

  return 0;
}

static int set_value(struct options *options, const struct option_about *about,
                     const char *text) {
  switch (about->kind) {
    case KIND_FLAG:
      *(bool *)member(options, about) = true;
      return 1;
    case KIND_TEXT:
      *(const char **)member(options, about) = text;
      return text[0] != '\0';
    case KIND_LIST:
      return list_add(member(options, about), text);
    case KIND_COUNT:
      return set_count(member(options, about), text);
    case KIND_POSITIVE:
      return set_count(member(options, about), text) &&
             strtoul(text, NULL, 10) > 0;
    case KIND_SECONDS:
      return set_seconds(member(options, about), text);
    case KIND_SHARD:
      return set_shard(options, text);
    case KIND_COLOR:
      return set_color(member(options, about), text);
  }
  return 0;
}

static const struct command_about *find_command(const char *name) {
  for (size_t i = 0; i < NUM_COMMANDS; i++) {
    if (strcmp(commands[i].name, name) == 0) {
      return &commands[i];
    }
  }

  return NULL;
}

/* Fills getopt_long's own two forms of the table. */
static void make_getopt(struct option *out_long, char *out_short) {
  *out_short++ = '-'; /* arguments in order, as if of an option '\1' */
  *out_short++ = ':'; /* tell a missing argument from an unknown option */
  for (size_t i = 0; i < NUM_OPTIONS; i++) {
    int has = table[i].argument != NULL ? required_argument : no_argument;

    out_long[i] = (struct option){
        .name = table[i].name, .has_arg = has, .val = FIRST_VALUE + (int)i};
    if (table[i].letter != 0) {
      *out_short++ = table[i].letter;
      if (has) {
        *out_short++ = ':';
      }
    }
  }
  out_long[NUM_OPTIONS] = (struct option){0};
  *out_short = '\0';
}

static const struct option_about *option_of(int value) {
  for (size_t i = 0; i < NUM_OPTIONS; i++) {
    if (value == FIRST_VALUE + (int)i ||
        (table[i].letter != 0 && value == table[i].letter)) {
      return &table[i];
    }
  }

  return NULL;
}

static int take_argument(struct options *options, const char *text,
                         struct certspec_error *error) {
  if (options->command != 0) {
    return list_add(&options->cases, text) ||
           certspec_error_set(error, NULL, 0, "out of memory");
  }

  const struct command_about *about = find_command(text);
  if (about == NULL) {
    return certspec_error_set(error, NULL, 0,
                              "unknown command \"%s\" (see --help)", text);
  }

  options->command = about->command;
  return 1;
}

static int take_option(struct options *options, int value, const char *word,
                       unsigned *seen, struct certspec_error *error) {
  if (value == '?') {
    return certspec_error_set(error, NULL, 0, "unknown option %s (see --help)",
                              word);
  }
  if (value == ':') {
    return certspec_error_set(error, NULL, 0, "option %s needs an argument",
                              word);
  }

  const struct option_about *about = option_of(value);
  if (!set_value(options, about, optarg != NULL ? optarg : "")) {
    return certspec_error_set(error, NULL, 0, "--%s: \"%s\" is no %s",
                              about->name, optarg != NULL ? optarg : "",
                              about->argument);
  }

  *seen |= 1U << (about - table);
  return 1;
}

/* The options may stand before the command, so that whether they belong to it
 * is known only at the end. */
static int check_commands(const struct options *options, unsigned seen,
                          struct certspec_error *error) {
  for (size_t i = 0; i < NUM_OPTIONS; i++) {
    if ((seen & (1U << i)) != 0 &&
        (table[i].commands & options->command) == 0) {
      return certspec_error_set(
          error, NULL, 0, "--%s is no option of this command", table[i].name);
    }
  }

  return 1;
}

static int check(const struct options *options, unsigned seen,
                 struct certspec_error *error) {
  _Static_assert(NUM_OPTIONS <= 32, "seen has a bit for each option");

  if (options->help || options->version) {
    return 1;
  }
  if (options->command == 0) {
    return certspec_error_set(error, NULL, 0, "no command (see --help)");
  }
  if (options->command == COMMAND_SHOW && options->cases.num_texts == 0) {
    return certspec_error_set(error, NULL, 0, "show: which case?");
  }
  if (options->command == COMMAND_BENCH && options->cases.num_texts != 0) {
    return certspec_error_set(error, NULL, 0, "bench takes no argument");
  }
  return check_commands(options, seen, error);
}

int options_parse(struct options *out, int argc, char **argv,
                  struct certspec_error *error) {
  struct option long_options[NUM_OPTIONS + 1];
  char short_options[2 * NUM_OPTIONS + 3];
  unsigned seen = 0;
  int value;

  *out = (struct options){.vectors = CERTSPEC_SOURCE_DIR "/vectors",
                          .servers = CERTSPEC_SOURCE_DIR "/servers",
                          .python = CERTSPEC_PYTHON,
                          .out = "certspec-out",
                          .time_limit = 10,
                          .repeat = 1};
  make_getopt(long_options, short_options);
  opterr = 0;
  optind = 0; /* WARNING: glibc's way to start anew; 1 keeps old state */

  for (;;) {
    int word = optind > 0 ? optind : 1;

    value = getopt_long(argc, argv, short_options, long_options, NULL);
    if (value == -1) {
      break;
    }
    if (value == 1 ? !take_argument(out, optarg, error)
                   : !take_option(out, value, argv[word], &seen, error)) {
      return 0;
    }
  }
  for (; optind < argc; optind++) { /* what stood behind "--" */
    if (!take_argument(out, argv[optind], error)) {
      return 0;
    }
  }

  return check(out, seen, error);
}

void options_free(struct options *options) {
  free(options->cases.texts);
  free(options->statements.texts);
  free(options->protocols.texts);
  *options = (struct options){0};
}

static void print_option(FILE *file, const struct option_about *about) {
  char left[64];

  snprintf(left, sizeof(left), "%s%c%s--%s%s%s", about->letter ? "-" : " ",
           about->letter ? about->letter : ' ', about->letter ? ", " : "  ",
           about->name, about->argument ? " " : "",
           about->argument ? about->argument : "");
  fprintf(file, "  %-26s %s\n", left, about->about);
}

static void print_help(FILE *file, unsigned command) {
  if (command == 0) {
    fputs(
        "usage: certspec COMMAND [OPTION...] [ARGUMENT...]\n\n"
        "Holds libssl to what its manual says about the client certificate "
        "callback.\n\ncommands:\n",
        file);
  }
  for (size_t i = 0; i < NUM_COMMANDS; i++) {
    if (command == 0) {
      fprintf(file, "  %-6s %-12s %s\n", commands[i].name,
              commands[i].arguments, commands[i].about);
    } else if (commands[i].command == command) {
      fprintf(file, "usage: certspec %s [OPTION...] %s\n\nTo %s.\n",
              commands[i].name, commands[i].arguments, commands[i].about);
    }
  }
  fputs("\noptions:\n", file);
  for (size_t i = 0; i < NUM_OPTIONS; i++) {
    bool shown =
        command == 0 ? table[i].commands == ALL : table[i].commands & command;

    if (shown && table[i].about != NULL) {
      print_option(file, &table[i]);
    }
  }
  if (command == 0) {
    fputs("\ncertspec COMMAND --help tells what a command takes.\n", file);
  }
  if (command == 0 || command == COMMAND_RUN) {
    fputs(
        "\nexit codes of run: 0 all green; 1 a deviation, an unexpected "
        "pass, a change,\na crash or a time-out; 2 bad input or options; 3 "
        "our own fault; 4 fewer runs\nthan --min; 5 results could not be "
        "written; 89 all that was asked for is\nunsupported; 128+n ended by "
        "signal n.\n",
        file);
  }
}

char *options_help(unsigned command) {
  char *text = NULL;
  size_t text_len = 0;
  FILE *file = open_memstream(&text, &text_len);

  if (file == NULL) {
    return NULL;
  }

  print_help(file, command);
  fclose(file);
  return text;
}

static json_t *describe_options(unsigned command) {
  json_t *list = json_array();

  for (size_t i = 0; i < NUM_OPTIONS; i++) {
    char letter[2] = {table[i].letter, '\0'};

    if (table[i].about == NULL || (table[i].commands & command) == 0) {
      continue;
    }
    json_array_append_new(
        list, json_pack("{s:s, s:s?, s:s?, s:s}", "name", table[i].name,
                        "letter", letter[0] ? letter : NULL, "argument",
                        table[i].argument, "about", table[i].about));
  }

  return list;
}

json_t *options_describe(void) {
  json_t *list = json_array();

  for (size_t i = 0; i < NUM_COMMANDS; i++) {
    json_array_append_new(
        list,
        json_pack("{s:s, s:s, s:s, s:o}", "name", commands[i].name, "arguments",
                  commands[i].arguments, "about", commands[i].about, "options",
                  describe_options(commands[i].command)));
  }

  return json_pack("{s:o}", "commands", list);
}
