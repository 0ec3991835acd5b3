#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "case.h"
#include "console.h"
#include "explain.h"
#include "json_document.h"
#include "run.h"
#include "setup.h"
#include "show.h"

/* Prints |value| indented below |title|, where there is one. */
static void print_part(const char *title, const json_t *value) {
  char *text = value == NULL ? NULL : json_dumps(value, JSON_INDENT(2));

  if (text == NULL) {
    return;
  }

  printf("%s\n", title);
  for (const char *line = text; *line != '\0';) {
    size_t line_len = strcspn(line, "\n");

    printf("  %.*s\n", (int)line_len, line);
    line += line_len + (line[line_len] == '\n');
  }
  free(text);
}

/* A step in one line: "1. handshake {"ssl": "b"}", and what is expected. */
static void print_step(size_t number, const json_t *step) {
  static const char *const judged[] = {"expect", "expect_on", "observe",
                                       "observe_on"};
  json_t *rest = json_copy((json_t *)step);

  json_object_del(rest, "do");
  for (size_t i = 0; i < sizeof(judged) / sizeof(judged[0]); i++) {
    json_object_del(rest, judged[i]);
  }

  char *text = json_object_size(rest) > 0 ? json_dumps(rest, 0) : NULL;
  printf("  %zu. %s %s\n", number,
         json_string_value(json_object_get(step, "do")),
         text != NULL ? text : "");
  free(text);
  json_decref(rest);
  for (size_t i = 0; i < sizeof(judged) / sizeof(judged[0]); i++) {
    const json_t *value = json_object_get(step, judged[i]);

    text = value != NULL ? json_dumps(value, 0) : NULL;
    if (text != NULL) {
      printf("       %s %s\n", judged[i], text);
    }
    free(text);
  }
}

static void print_statements(const struct certspec_catalogue *catalogue,
                             const struct certspec_case *source) {
  size_t i;
  json_t *id;

  json_array_foreach(source->statements, i, id) {
    const struct certspec_statement *statement =
        catalogue_find_statement(catalogue, json_string_value(id));

    if (statement != NULL) {
      printf("  %s  %s, %s\n      %s\n", statement->id, statement->page,
             statement->section, statement->text);
    }
  }
}

static void print_case(const struct certspec_catalogue *catalogue,
                       const struct certspec_case *source) {
  size_t i;
  json_t *step;

  printf("%s (rev %d, %s)\n%s\n%s:%zu\n\nprotocols", source->id, source->rev,
         source->tier == TIER_DOCUMENTED ? "documented" : "observed",
         source->title, source->file, source->line);
  for (i = 0; i < source->num_protocols; i++) {
    printf(" %s", source->protocols[i]->name);
  }
  puts("\n\nstatements");
  print_statements(catalogue, source);
  putchar('\n');
  print_part("client", json_object_get(source->root, "client"));
  print_part("client, amended", json_object_get(source->root, "client_on"));
  print_part("server", json_object_get(source->root, "server"));
  print_part("server, amended", json_object_get(source->root, "server_on"));
  puts("steps");
  json_array_foreach(json_object_get(source->root, "steps"), i, step) {
    print_step(i, step);
  }
  print_part("expect", json_object_get(source->root, "expect"));
  print_part("expect, amended", json_object_get(source->root, "expect_on"));
  print_part("observe", json_object_get(source->root, "observe"));
  print_part("observe, amended", json_object_get(source->root, "observe_on"));
}

/* Prints the case's runs in the last results, if there are any. */
static void print_last(const json_t *results, const char *id, bool color) {
  size_t i;
  json_t *run;

  json_array_foreach(json_object_get(results, "runs"), i, run) {
    const char *name = json_string_value(json_object_get(run, "case"));

    if (name != NULL && strcmp(name, id) == 0) {
      putchar('\n');
      explain_run(stdout, run, color);
    }
  }
}

static int show(const struct options *options,
                const struct certspec_catalogue *catalogue) {
  struct certspec_error error;
  struct run_list runs;
  const struct certspec_case *last = NULL;
  char path[4096];

  if (!run_list_make(&runs, catalogue, options, &error)) {
    return setup_complain(&error, EXIT_BAD_INPUT);
  }

  snprintf(path, sizeof(path), "%s/results.json", options->out);
  json_t *results = json_load_file(path, 0, NULL);
  for (size_t i = 0; i < runs.num_runs; i++) {
    const struct certspec_case *source = runs.runs[i].plan.source;

    if (source == last) {
      continue;
    }
    last = source;
    if (options->json) {
      json_dumpf(source->root, stdout, JSON_INDENT(2));
      putchar('\n');
      continue;
    }
    print_case(catalogue, source);
    print_last(results, source->id, console_color(options->color));
  }

  json_decref(results);
  run_list_free(&runs);
  return EXIT_GREEN;
}

int show_cases(const struct options *options) {
  struct certspec_error error;
  struct certspec_catalogue catalogue;

  if (!catalogue_load(&catalogue, options->vectors, &error)) {
    return setup_complain(&error, EXIT_BAD_INPUT);
  }

  int code = show(options, &catalogue);
  catalogue_free(&catalogue);
  return code;
}
