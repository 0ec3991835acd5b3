#include "listing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "case.h"
#include "client.h"
#include "json_document.h"
#include "judge.h"
#include "run.h"
#include "setup.h"
#include "subject.h"

/* Prints {"name": …} objects: as JSON, or as a table of |keys|, the last of
 * which takes the rest of the line. Steals |list|. */
static void print_list(json_t *list, bool json, const char *const *keys) {
  size_t i;
  json_t *item;
  int columns[4] = {0};

  if (json) {
    json_dumpf(list, stdout, JSON_INDENT(2));
    putchar('\n');
    json_decref(list);
    return;
  }

  json_array_foreach(list, i, item) {
    for (size_t j = 0; keys[j] != NULL; j++) {
      int text_len = (int)json_string_length(json_object_get(item, keys[j]));

      columns[j] = text_len > columns[j] ? text_len : columns[j];
    }
  }
  json_array_foreach(list, i, item) {
    for (size_t j = 0; keys[j] != NULL; j++) {
      const char *text = json_string_value(json_object_get(item, keys[j]));

      printf("%s%-*s", j > 0 ? "  " : "", keys[j + 1] == NULL ? 0 : columns[j],
             text != NULL ? text : "");
    }
    putchar('\n');
  }
  json_decref(list);
}

static json_t *join(const json_t *texts) {
  char text[512] = "";
  size_t i;
  json_t *value;

  json_array_foreach(texts, i, value) {
    size_t used = strlen(text);

    snprintf(text + used, sizeof(text) - used, "%s%s", i > 0 ? " " : "",
             json_string_value(value));
  }

  return json_string(text);
}

static json_t *protocol_names(const struct certspec_case *source) {
  json_t *list = json_array();

  for (size_t i = 0; i < source->num_protocols; i++) {
    json_array_append_new(list, json_string(source->protocols[i]->name));
  }

  return list;
}

static void list_statements(const struct certspec_catalogue *catalogue,
                            bool json) {
  static const char *const keys[] = {"id", "section", "text", NULL};
  json_t *list = json_array();

  for (size_t i = 0; i < catalogue->num_statements; i++) {
    const struct certspec_statement *statement = &catalogue->statements[i];

    json_array_append_new(
        list,
        json_pack("{s:s, s:s, s:s, s:s, s:s?}", "id", statement->id, "page",
                  statement->page, "section", statement->section, "text",
                  statement->text, "untestable", statement->untestable));
  }
  print_list(list, json, keys);
}

static void list_steps(bool json) {
  static const char *const keys[] = {"name", "keys", "about", NULL};
  size_t num;
  const struct step_about *steps = client_steps(&num);
  json_t *list = json_array();

  for (size_t i = 0; i < num; i++) {
    json_array_append_new(
        list, json_pack("{s:s, s:s, s:s}", "name", steps[i].name, "keys",
                        steps[i].keys != NULL ? steps[i].keys : "", "about",
                        steps[i].about));
  }
  print_list(list, json, keys);
}

static void list_expectations(bool json) {
  static const char *const keys[] = {"name", "about", NULL};
  size_t num;
  const struct expectation_about *names = judge_expectations(&num);
  json_t *list = json_array();

  for (size_t i = 0; i < num; i++) {
    json_array_append_new(list, json_pack("{s:s, s:s}", "name", names[i].name,
                                          "about", names[i].about));
  }
  print_list(list, json, keys);
}

static void list_features(bool json) {
  static const char *const keys[] = {"name", "there", "about", NULL};
  size_t num;
  const struct subject_feature *features = subject_features(&num);
  json_t *list = json_array();

  for (size_t i = 0; i < num; i++) {
    json_array_append_new(
        list, json_pack("{s:s, s:s, s:s}", "name", features[i].name, "there",
                        subject_has(features[i].name) == 1 ? "yes" : "no",
                        "about", features[i].about));
  }
  print_list(list, json, keys);
}

static void print_ctest(const struct certspec_case *source,
                        const struct options *options, const char *program) {
  size_t i;
  json_t *id;

  printf(
      "add_test([=[case.%s]=] [=[%s]=] run --case [=[%s]=] --vectors "
      "[=[%s]=] --servers [=[%s]=] --python [=[%s]=] --out "
      "[=[%s/%s]=] --jobs 1 --quiet --no-page)\n",
      source->id, program, source->id, options->vectors, options->servers,
      options->python, options->out, source->id);
  printf(
      "set_tests_properties([=[case.%s]=] PROPERTIES TIMEOUT 60 "
      "SKIP_RETURN_CODE 89 LABELS [=[case;%s",
      source->id, source->topic);
  json_array_foreach(source->statements, i, id) {
    printf(";%s", json_string_value(id));
  }
  for (i = 0; i < source->num_protocols; i++) {
    printf(";%s", source->protocols[i]->name);
  }
  puts("]=])");
}

static void list_cases(const struct run_list *runs,
                       const struct options *options) {
  static const char *const keys[] = {"id", "protocol_names", "title", NULL};
  const struct certspec_case *last = NULL;
  json_t *list = json_array();
  char program[4096] = "certspec";

  (void)!readlink("/proc/self/exe", program, sizeof(program) - 1);
  for (size_t i = 0; i < runs->num_runs; i++) {
    const struct certspec_case *source = runs->runs[i].plan.source;

    if (source == last) {
      continue;
    }
    last = source;
    if (options->list_ctest) {
      print_ctest(source, options, program);
      continue;
    }

    json_t *protocols = protocol_names(source);
    json_t *object = json_pack(
        "{s:s, s:i, s:s, s:s, s:s, s:O?, s:o}", "id", source->id, "rev",
        source->rev, "topic", source->topic, "title", source->title, "tier",
        source->tier == TIER_DOCUMENTED ? "documented" : "observed",
        "statements", source->statements, "protocols", protocols);
    if (!options->json) {
      json_object_set_new(object, "protocol_names", join(protocols));
    }
    json_array_append_new(list, object);
  }
  if (options->list_ctest) {
    json_decref(list);
    return;
  }
  print_list(list, options->json, keys);
}

static int list_catalogue(const struct options *options,
                          const struct certspec_catalogue *catalogue) {
  struct certspec_error error;
  struct run_list runs;

  if (options->list_statements) {
    list_statements(catalogue, options->json);
    return EXIT_GREEN;
  }
  if (!run_list_make(&runs, catalogue, options, &error)) {
    return setup_complain(&error, EXIT_BAD_INPUT);
  }

  list_cases(&runs, options);
  run_list_free(&runs);
  return EXIT_GREEN;
}

int listing_list(const struct options *options) {
  struct certspec_error error;
  struct certspec_catalogue catalogue;

  if (!subject_start(&error)) {
    return setup_complain(&error, EXIT_OWN_FAULT);
  }
  if (options->list_steps) {
    list_steps(options->json);
    return EXIT_GREEN;
  }
  if (options->list_expectations) {
    list_expectations(options->json);
    return EXIT_GREEN;
  }
  if (options->list_features) {
    list_features(options->json);
    return EXIT_GREEN;
  }
  if (!catalogue_load(&catalogue, options->vectors, &error)) {
    return setup_complain(&error, EXIT_BAD_INPUT);
  }

  int code = list_catalogue(options, &catalogue);
  catalogue_free(&catalogue);
  return code;
}
