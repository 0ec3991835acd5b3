#include <stdbool.h>
#include <stdio.h>

#include "option_table.h"
#include "protocol.h"

#ifndef CERTSPEC_VERSION
#error "the build gives the version: CMakeLists.txt has it"
#endif

static const char purpose[] =
    "Holds libssl to what its manual says about the client certificate "
    "callback.";

static void print_commands(FILE *file) {
  fprintf(file,
          "usage: certspec COMMAND [OPTION...] [ARGUMENT...]\n\n%s\n\n"
          "commands:\n",
          purpose);
  for (const struct command_about *about = command_table; about->name != NULL;
       about++) {
    fprintf(file, "  %-8s %-12s %s\n", about->name, about->arguments,
            about->about);
  }
  fputs("\ncommands on results (certspec COMMAND --help has their options):\n",
        file);
  for (const struct report_about *about = report_table; about->name != NULL;
       about++) {
    fprintf(file, "  %-8s %-12s %s\n", about->name, about->arguments,
            about->about);
  }
}

static void print_usage(FILE *file, unsigned command) {
  for (const struct command_about *about = command_table; about->name != NULL;
       about++) {
    if (about->command == command) {
      fprintf(file, "usage: certspec %s [OPTION...] %s\n\nTo %s.\n",
              about->name, about->arguments, about->about);
    }
  }
}

static void print_option(FILE *file, const struct option_about *about) {
  char left[64];

  snprintf(left, sizeof(left), "%s%c%s--%s%s%s", about->letter ? "-" : " ",
           about->letter ? about->letter : ' ', about->letter ? ", " : "  ",
           about->name, about->argument ? " " : "",
           about->argument ? about->argument : "");
  fprintf(file, "  %-26s %s\n", left, about->about);
}

static bool is_shown(const struct option_about *about, unsigned command) {
  if (about->about == NULL) {
    return false;
  }
  return command == 0 ? (about->commands & COMMAND_RUNS) == COMMAND_RUNS
                      : (about->commands & command) != 0;
}

static void print_options(FILE *file, unsigned command) {
  fputs("\noptions:\n", file);
  for (const struct option_about *about = option_table; about->name != NULL;
       about++) {
    if (is_shown(about, command)) {
      print_option(file, about);
    }
  }
}

static void print_exit_codes(FILE *file) {
  fputs("\nexit codes of run:\n", file);
  for (const struct exit_about *about = exit_table; about->code != NULL;
       about++) {
    fprintf(file, "  %-6s %s\n", about->code, about->about);
  }
}

char *options_help(unsigned command) {
  char *text = NULL;
  size_t text_len = 0;
  FILE *file = open_memstream(&text, &text_len);

  if (file == NULL) {
    return NULL;
  }

  if (command == 0) {
    print_commands(file);
  } else {
    print_usage(file, command);
  }
  print_options(file, command);
  if (command == 0) {
    fputs("\ncertspec COMMAND --help tells what a command takes.\n", file);
  }
  if (command == 0 || command == COMMAND_RUN) {
    print_exit_codes(file);
  }
  fclose(file);
  return text;
}

/* The values that |about| takes, or NULL where there is no list of them. */
static json_t *describe_values(const struct option_about *about) {
  size_t num;
  const struct protocol *protocols = protocol_table(&num);
  json_t *list = json_array();

  for (size_t i = 0; about->kind == KIND_COLOR && color_names[i] != NULL; i++) {
    json_array_append_new(list, json_string(color_names[i]));
  }
  if (about->offset != offsetof(struct options, protocols)) {
    num = 0;
  }
  for (size_t i = 0; i < num; i++) {
    json_array_append_new(list, json_string(protocols[i].name));
  }
  if (json_array_size(list) == 0) {
    json_decref(list);
    return NULL;
  }

  return list;
}

static json_t *describe_options(unsigned command) {
  json_t *list = json_array();

  for (const struct option_about *about = option_table; about->name != NULL;
       about++) {
    char letter[2] = {about->letter, '\0'};

    if (is_shown(about, command)) {
      json_array_append_new(
          list, json_pack("{s:s, s:s?, s:s?, s:s, s:o*}", "name", about->name,
                          "letter", letter[0] ? letter : NULL, "argument",
                          about->argument, "about", about->about, "values",
                          describe_values(about)));
    }
  }

  return list;
}

static json_t *describe_commands(void) {
  json_t *list = json_array();

  for (const struct command_about *about = command_table; about->name != NULL;
       about++) {
    json_array_append_new(
        list, json_pack("{s:s, s:s, s:s, s:o}", "name", about->name,
                        "arguments", about->arguments, "about", about->about,
                        "options", describe_options(about->command)));
  }

  return list;
}

static json_t *describe_reports(void) {
  json_t *list = json_array();

  for (const struct report_about *about = report_table; about->name != NULL;
       about++) {
    json_array_append_new(
        list, json_pack("{s:s, s:s, s:s}", "name", about->name, "arguments",
                        about->arguments, "about", about->about));
  }

  return list;
}

static json_t *describe_exit_codes(void) {
  json_t *list = json_array();

  for (const struct exit_about *about = exit_table; about->code != NULL;
       about++) {
    json_array_append_new(list, json_pack("{s:s, s:s}", "code", about->code,
                                          "about", about->about));
  }

  return list;
}

json_t *options_describe(void) {
  return json_pack("{s:s, s:s, s:o, s:o, s:o}", "version", CERTSPEC_VERSION,
                   "about", purpose, "commands", describe_commands(), "reports",
                   describe_reports(), "exit_codes", describe_exit_codes());
}
