#include "explore_command.h"

#include <openssl/ssl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "explore.h"
#include "pair.h"
#include "scenario_case.h"
#include "setup.h"
#include "subject.h"

static bool is_supported(const struct protocol *protocol) {
  return subject_has(protocol->feature) == 1;
}

static json_t *describe_difference(const struct outcome_difference *found) {
  return json_pack("{s:i, s:s, s:s, s:s}", "step", (int)found->step, "name",
                   found->name, "want", found->want, "got", found->got);
}

static json_t *case_of(const char *code, const struct model_facts *facts) {
  struct certspec_error error;
  struct scenario scenario;
  struct prediction prediction;

  return scenario_parse(&scenario, code, &error) &&
                 model_predict(&prediction, &scenario, facts)
             ? scenario_case(&scenario, &prediction)
             : json_null();
}

static json_t *describe_found(const struct explore_found *found,
                              const struct model_facts *facts) {
  json_t *object = json_pack("{s:s, s:s, s:i, s:o}", "code", found->code,
                             "first", found->first, "signal", found->signal,
                             "case", case_of(found->code, facts));

  if (found->signal == 0) {
    json_object_set_new(object, "difference",
                        describe_difference(&found->difference));
  }
  return object;
}

static json_t *describe_report(const struct explore_report *report,
                               const struct explore_setting *setting) {
  json_t *pruned = json_object();
  json_t *found = json_array();

  for (size_t i = 0; i < report->size.num_rules; i++) {
    const struct space_rule *rule = &report->size.rules[i];
    json_object_set_new(pruned, rule->name,
                        json_integer((json_int_t)rule->num_pruned));
  }
  for (size_t i = 0; i < report->num_found; i++) {
    json_array_append_new(found,
                          describe_found(&report->found[i], setting->facts));
  }
  return json_pack("{s:s, s:i, s:I, s:I, s:I, s:I, s:o, s:o, s:f}", "version",
                   subject_version(), "depth", (int)setting->depth, "seed",
                   (json_int_t)setting->seed, "scenarios",
                   (json_int_t)report->size.num_scenarios, "performed",
                   (json_int_t)report->num_performed, "disagreements",
                   (json_int_t)report->num_disagreements, "pruned", pruned,
                   "found", found, "seconds", report->seconds);
}

static void print_json(json_t *value) {
  json_dumpf(value, stdout, JSON_INDENT(2));
  putchar('\n');
  json_decref(value);
}

/* What can be pasted into a shell. */
static void print_command(const char *code) {
  printf("  certspec explore --only '%s'\n", code);
}

static void print_difference(const struct outcome_difference *difference,
                             size_t num_operations) {
  if (difference->step == num_operations) {
    printf("  at the end: ");
  } else {
    printf("  operation %zu: ", difference->step + 1);
  }
  printf("%s: the model says %s, the library shows %s\n", difference->name,
         difference->want, difference->got);
}

static size_t count_operations(const char *code) {
  struct certspec_error error;
  struct scenario scenario;

  return scenario_parse(&scenario, code, &error) ? scenario.num_operations : 0;
}

static void print_found(const struct explore_found *found,
                        const struct model_facts *facts) {
  printf("\n%s\n", found->code);
  if (found->signal != 0) {
    printf("  ended by signal %d (%s)\n", found->signal,
           strsignal(found->signal));
  } else {
    print_difference(&found->difference, count_operations(found->code));
  }
  print_command(found->code);
  print_json(case_of(found->code, facts));
}

static void print_report(const struct explore_report *report,
                         const struct explore_setting *setting, bool quiet) {
  for (size_t i = 0; i < report->num_found; i++) {
    print_found(&report->found[i], setting->facts);
  }
  if (!quiet) {
    for (size_t i = 0; i < report->size.num_rules; i++) {
      printf("%9zu left out: %s\n", report->size.rules[i].num_pruned,
             report->size.rules[i].name);
    }
  }
  printf("%zu of %zu scenarios to depth %u on %s %s: ", report->num_performed,
         report->size.num_scenarios, setting->depth, subject_library(),
         subject_version());
  if (report->num_disagreements == 0) {
    printf("the model agrees with all");
  } else {
    printf("%zu disagree with the model (%zu kinds)", report->num_disagreements,
           report->num_found);
  }
  printf("; %.1f s, seed %llu\n", report->seconds,
         (unsigned long long)setting->seed);
}

static int explore(const struct explore_setting *setting,
                   const struct options *options,
                   struct certspec_error *error) {
  static struct explore_report report; /* too big for the stack */

  if (!explore_space(&report, setting, error)) {
    return setup_complain(error, EXIT_OWN_FAULT);
  }

  if (options->json) {
    print_json(describe_report(&report, setting));
  } else {
    print_report(&report, setting, options->quiet);
  }
  return report.num_disagreements == 0 ? EXIT_GREEN : EXIT_NOT_GREEN;
}

/* One scenario: what was used to predict it, and whether it came so. */
static int print_one(const struct scenario *scenario,
                     const struct prediction *prediction,
                     const struct outcome_difference *difference, int agrees) {
  char code[SCENARIO_MAX_CODE];

  scenario_print(code, scenario);
  printf("%s\n", code);
  for (size_t i = 0; i < prediction->num_sources; i++) {
    printf("  by %s\n", prediction->sources[i]);
  }
  if (agrees) {
    printf("  the model agrees\n");
    return EXIT_GREEN;
  }

  print_difference(difference, scenario->num_operations);
  print_json(scenario_case(scenario, prediction));
  return EXIT_NOT_GREEN;
}

static int perform_one(const char *code, struct pair *pair,
                       const struct explore_setting *setting,
                       const struct options *options,
                       struct certspec_error *error) {
  struct outcome_difference difference;
  struct scenario scenario;
  struct prediction prediction;

  if (!scenario_parse(&scenario, code, error)) {
    return EXIT_BAD_INPUT;
  }
  if (!model_predict(&prediction, &scenario, setting->facts)) {
    certspec_error_set(error, NULL, 0, "scenario \"%s\" cannot be: %s", code,
                       prediction.impossible);
    return EXIT_BAD_INPUT;
  }
  if (!is_supported(scenario.protocol)) {
    certspec_error_set(error, NULL, 0, "scenario \"%s\": this library lacks %s",
                       code, scenario.protocol->name);
    return EXIT_UNSUPPORTED;
  }

  int agrees = explore_one(&difference, pair, &scenario, &prediction, error);
  if (agrees < 0) {
    return EXIT_OWN_FAULT;
  }
  if (options->json) {
    print_json(scenario_case(&scenario, &prediction));
    return agrees ? EXIT_GREEN : EXIT_NOT_GREEN;
  }
  return print_one(&scenario, &prediction, &difference, agrees);
}

static int perform_listed(const struct explore_setting *setting,
                          const struct options *options,
                          struct certspec_error *error) {
  struct pair *pair = pair_open(setting->pki, error);
  int code = pair != NULL ? EXIT_GREEN : EXIT_OWN_FAULT;

  for (size_t i = 0; pair != NULL && i < options->only.num_texts; i++) {
    int one =
        perform_one(options->only.texts[i], pair, setting, options, error);
    if (one > EXIT_NOT_GREEN) {
      code = one;
      break;
    }
    code = one != EXIT_GREEN ? one : code;
  }
  pair_close(pair);
  return code > EXIT_NOT_GREEN ? setup_complain(error, code) : code;
}

static int perform(const struct setup *setup, const struct options *options,
                   struct certspec_error *error) {
  long cores = sysconf(_SC_NPROCESSORS_ONLN);
  struct explore_setting setting = {
      .pki = setup->pki,
      .facts = model_facts(subject_version()),
      .depth = (unsigned)options->depth,
      .seed = options->seed,
      .limit = options->limit,
      .jobs =
          options->jobs > 0 ? options->jobs : (size_t)(cores > 0 ? cores : 1),
      .supported = is_supported,
      .time_limit = options->time_limit,
      .progress = isatty(STDERR_FILENO) && !options->quiet ? stderr : NULL,
  };

  if (subject_is_fork()) {
    certspec_error_set(error, NULL, 0,
                       "explore: the model is of OpenSSL, and %s is not: "
                       "vectors/deviations has what its cases show",
                       subject_library());
    return setup_complain(error, EXIT_UNSUPPORTED);
  }
  if (options->only.num_texts > 0) {
    return perform_listed(&setting, options, error);
  }
  if (options->depth > SPACE_MAX_DEPTH) {
    certspec_error_set(error, NULL, 0, "--depth: at most %d", SPACE_MAX_DEPTH);
    return setup_complain(error, EXIT_BAD_INPUT);
  }
  return explore(&setting, options, error);
}

int explore_perform(const struct options *options) {
  struct setup setup;
  struct certspec_error error;
  int code = setup_make(&setup, options, &error);

  code = code == EXIT_GREEN ? perform(&setup, options, &error)
                            : setup_complain(&error, code);
  setup_free(&setup);
  return code;
}
