#include "options.h"

#include <errno.h>
#include <getopt.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "installation.h"
#include "option_table.h"

/* getopt_long's values of the options: above every letter. */
enum { FIRST_VALUE = 256 };

const char *const color_names[] = {"auto", "always", "never", NULL};

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
  for (size_t i = 0; color_names[i] != NULL; i++) {
    if (strcmp(color_names[i], text) == 0) {
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
  for (size_t i = 0; command_table[i].name != NULL; i++) {
    if (strcmp(command_table[i].name, name) == 0) {
      return &command_table[i];
    }
  }

  return NULL;
}

/* Fills getopt_long's own two forms of the table. */
static void make_getopt(struct option *out_long, char *out_short) {
  *out_short++ = '-'; /* arguments in order, as if of an option '\1' */
  *out_short++ = ':'; /* tell a missing argument from an unknown option */
  for (size_t i = 0; option_table[i].name != NULL; i++) {
    int has =
        option_table[i].argument != NULL ? required_argument : no_argument;

    *out_long++ = (struct option){.name = option_table[i].name,
                                  .has_arg = has,
                                  .val = FIRST_VALUE + (int)i};
    if (option_table[i].letter != 0) {
      *out_short++ = option_table[i].letter;
      if (has) {
        *out_short++ = ':';
      }
    }
  }
  *out_long = (struct option){0};
  *out_short = '\0';
}

static const struct option_about *option_of(int value) {
  for (size_t i = 0; option_table[i].name != NULL; i++) {
    if (value == FIRST_VALUE + (int)i ||
        (option_table[i].letter != 0 && value == option_table[i].letter)) {
      return &option_table[i];
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
                       bool *seen, struct certspec_error *error) {
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

  seen[about - option_table] = true;
  return 1;
}

/* The options may stand before the command, so that whether they belong to it
 * is known only at the end. */
static int check_commands(const struct options *options, const bool *seen,
                          struct certspec_error *error) {
  for (size_t i = 0; option_table[i].name != NULL; i++) {
    if (seen[i] && (option_table[i].commands & options->command) == 0) {
      return certspec_error_set(error, NULL, 0,
                                "--%s is no option of this command",
                                option_table[i].name);
    }
  }

  return 1;
}

static int check(const struct options *options, const bool *seen,
                 struct certspec_error *error) {
  if (options->help || options->version) {
    return 1;
  }
  if (options->command == 0) {
    return certspec_error_set(error, NULL, 0, "no command (see --help)");
  }
  if (!check_commands(options, seen, error)) {
    return 0;
  }
  if (options->command == COMMAND_SHOW && options->cases.num_texts == 0) {
    return certspec_error_set(error, NULL, 0, "show: which case?");
  }
  if (options->command == COMMAND_BENCH && options->cases.num_texts != 0) {
    return certspec_error_set(error, NULL, 0, "bench takes no argument");
  }
  if (options->command == COMMAND_EXPLORE && options->cases.num_texts != 0) {
    return certspec_error_set(error, NULL, 0, "explore takes no argument");
  }
  if (options->command == COMMAND_NEW_CASE && options->cases.num_texts != 2) {
    return certspec_error_set(error, NULL, 0,
                              "new-case takes a topic and a name");
  }

  return 1;
}

int options_parse(struct options *out, int argc, char **argv,
                  struct certspec_error *error) {
  struct option long_options[OPTION_TABLE_MAX + 1];
  char short_options[2 * OPTION_TABLE_MAX + 3];
  bool seen[OPTION_TABLE_MAX] = {false};
  int value;

  *out = (struct options){.vectors = installation_vectors(),
                          .servers = installation_servers(),
                          .python = CERTSPEC_PYTHON,
                          .out = "certspec-out",
                          .time_limit = 10,
                          .repeat = 1,
                          .depth = 2};
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
                   : !take_option(out, value, argv[word], seen, error)) {
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
  free(options->only.texts);
  *options = (struct options){0};
}
