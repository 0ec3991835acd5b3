#include "show.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "case.h"
#include "case_words.h"
#include "console.h"
#include "explain.h"
#include "record.h"
#include "run.h"
#include "setup.h"
#include "subject.h"

/* Everything that a case is shown with. */
struct showing {
  const struct options *options;
  const struct certspec_catalogue *catalogue;
  const struct records *records;
  const struct run_list *runs;
  const json_t *results; /* the last ones, or NULL */
};

static void print_record(const char *what, const struct record *record) {
  const char *path;
  json_t *value;

  char *protocols = case_words_value(record->protocols);
  printf("  %s on %s", what, protocols != NULL ? protocols : "");
  free(protocols);
  printf("%s%s\n", record->reason != NULL ? ": " : "",
         record->reason != NULL ? record->reason : "");
  if (record->link != NULL) {
    printf("      %s\n", record->link);
  }
  json_object_foreach((json_t *)record->got, path, value) {
    char *text = json_dumps(value, JSON_ENCODE_ANY);

    printf("      %s %s\n", path, text != NULL ? text : "");
    free(text);
  }
}

/* Prints the records of |list| that speak of |source|. Returns their number. */
static size_t print_records(const struct record_list *list, const char *what,
                            const struct certspec_case *source) {
  size_t num = 0;

  for (size_t i = 0; i < list->num_records; i++) {
    const struct record *record = &list->records[i];

    if (record->rev == source->rev &&
        strcmp(record->case_id, source->id) == 0) {
      print_record(what, record);
      num++;
    }
  }

  return num;
}

static void print_known(const struct records *records,
                        const struct certspec_case *source) {
  printf("\nknown of %s %s\n", subject_library(), subject_version());
  if (print_records(&records->deviations, "deviates", source) +
          print_records(&records->pins, "pinned", source) ==
      0) {
    puts("  nothing");
  }
}

/* Whether |run| of the last results is of |plan|. */
static bool is_of(const json_t *run, const struct certspec_plan *plan) {
  const char *name = json_string_value(json_object_get(run, "case"));
  const char *protocol = json_string_value(json_object_get(run, "protocol"));

  return name != NULL && strcmp(name, plan->source->id) == 0 &&
         protocol != NULL && strcmp(protocol, plan->protocol->name) == 0;
}

static const json_t *find_last(const json_t *results,
                               const struct certspec_plan *plan) {
  size_t i;
  json_t *run;

  json_array_foreach(json_object_get(results, "runs"), i, run) {
    if (is_of(run, plan)) {
      return run;
    }
  }

  return NULL;
}

static bool is_good(const json_t *run) {
  const char *verdict = json_string_value(json_object_get(run, "verdict"));

  return verdict != NULL &&
         (strcmp(verdict, "pass") == 0 || strcmp(verdict, "pinned") == 0);
}

/* Prints the last run of each plan of |source|. All in full would be too much
 * to read: where no protocol was asked for, those that are not as they should
 * be, and of the others the first. */
static void print_last(const struct showing *showing,
                       const struct certspec_case *source) {
  bool color = console_color(showing->options->color);
  bool asked = showing->options->protocols.num_texts > 0;
  bool in_full = false;
  size_t num = 0;

  printf("\nlast run (%s)\n", showing->options->out);
  for (size_t i = 0; i < showing->runs->num_runs; i++) {
    const struct certspec_plan *plan = &showing->runs->runs[i].plan;
    const json_t *run =
        plan->source == source ? find_last(showing->results, plan) : NULL;

    if (run == NULL) {
      continue;
    }
    num++;
    if (asked || !in_full || !is_good(run)) {
      explain_run(stdout, run, color);
      in_full = in_full || is_good(run);
    } else {
      printf("%s  %s  %s (in full: --protocol %s)\n",
             json_string_value(json_object_get(run, "verdict")), source->id,
             plan->protocol->name, plan->protocol->name);
    }
  }
  if (num == 0) {
    printf("  none: certspec run '%s'\n", source->id);
  }
}

static void show_case(const struct showing *showing,
                      const struct certspec_case *source) {
  if (showing->options->json) {
    json_dumpf(source->root, stdout, JSON_INDENT(2));
    putchar('\n');
    return;
  }

  case_words_print(stdout, showing->catalogue, source);
  print_known(showing->records, source);
  print_last(showing, source);
}

static int show(const struct options *options,
                const struct certspec_catalogue *catalogue,
                const struct records *records) {
  struct certspec_error error;
  struct run_list runs;
  const struct certspec_case *last = NULL;
  char path[4096];

  if (!run_list_make(&runs, catalogue, options, &error)) {
    return setup_complain(&error, EXIT_BAD_INPUT);
  }

  snprintf(path, sizeof(path), "%s/results.json", options->out);
  json_t *results = json_load_file(path, 0, NULL);
  const struct showing showing = {.options = options,
                                  .catalogue = catalogue,
                                  .records = records,
                                  .runs = &runs,
                                  .results = results};
  for (size_t i = 0; i < runs.num_runs; i++) {
    const struct certspec_case *source = runs.runs[i].plan.source;

    if (source == last) {
      continue;
    }
    if (last != NULL) {
      putchar('\n');
    }
    show_case(&showing, source);
    last = source;
  }

  json_decref(results);
  run_list_free(&runs);
  return EXIT_GREEN;
}

int show_cases(const struct options *options) {
  struct certspec_error error;
  struct certspec_catalogue catalogue;
  struct records records;

  if (!subject_start(&error)) {
    return setup_complain(&error, EXIT_OWN_FAULT);
  }
  if (!catalogue_load(&catalogue, options->vectors, &error)) {
    return setup_complain(&error, EXIT_BAD_INPUT);
  }
  if (!records_load(&records, options->vectors, &catalogue, &error)) {
    catalogue_free(&catalogue);
    return setup_complain(&error, EXIT_BAD_INPUT);
  }

  int code = show(options, &catalogue, &records);
  records_free(&records);
  catalogue_free(&catalogue);
  return code;
}
