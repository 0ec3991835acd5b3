#include "explore_report.h"

#include <stdio.h>
#include <string.h>

#include "scenario_case.h"
#include "setup.h"
#include "subject.h"

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

static const char *const answers[] = {
    [EXPLORE_DISAGREES] = "disagrees", [EXPLORE_AGREES] = "agrees",
    [EXPLORE_KNOWN] = "known",         [EXPLORE_LACKS] = "lacks",
    [EXPLORE_DIED] = "died",           [EXPLORE_ENDLESS] = "endless",
};

static json_t *describe_found(const struct explore_found *found,
                              const struct model_facts *facts) {
  json_t *object =
      json_pack("{s:s, s:s, s:s, s:i, s:o}", "code", found->code, "first",
                found->first, "answer", answers[found->answer], "signal",
                found->signal, "case", case_of(found->code, facts));

  if (found->answer == EXPLORE_DISAGREES) {
    json_object_set_new(object, "difference",
                        describe_difference(&found->difference));
  }
  return object;
}

static json_t *describe_pruned(const struct explore_report *report) {
  json_t *pruned = json_object();

  for (size_t i = 0; i < report->size.num_rules; i++) {
    const struct space_rule *rule = &report->size.rules[i];
    json_object_set_new(pruned, rule->name,
                        json_integer((json_int_t)rule->num_pruned));
  }
  return pruned;
}

/* What the library lacks, and how many scenarios need it. */
static json_t *describe_lacks(const struct explore_report *report) {
  json_t *lacks = json_object();

  for (size_t i = 0; i < report->num_lacks; i++) {
    json_object_set_new(
        lacks, report->lacks[i].what,
        json_integer((json_int_t)report->lacks[i].num_scenarios));
  }
  return lacks;
}

static json_t *describe_known(const struct explore_report *report) {
  json_t *known = json_object();

  for (int i = 0; i < NUM_MODEL_WAYS; i++) {
    if (report->num_ways[i] > 0) {
      json_object_set_new(known, model_way_id((enum model_way)i),
                          json_integer((json_int_t)report->num_ways[i]));
    }
  }
  return known;
}

json_t *explore_describe(const struct explore_report *report,
                         const struct explore_setting *setting,
                         const struct known_ways *gone) {
  json_t *found = json_array();
  json_t *not_seen = json_array();

  for (size_t i = 0; i < report->num_found; i++) {
    json_array_append_new(found,
                          describe_found(&report->found[i], setting->facts));
  }
  for (size_t i = 0; i < gone->num_ways; i++) {
    json_array_append_new(not_seen,
                          json_string(model_way_id(gone->ways[i].way)));
  }
  return json_pack(
      "{s:s, s:i, s:I, s:I, s:I, s:I, s:I, s:o, s:o, s:o, s:o, s:o, s:f}",
      "version", subject_version(), "depth", (int)setting->depth, "seed",
      (json_int_t)setting->seed, "scenarios",
      (json_int_t)report->size.num_scenarios, "performed",
      (json_int_t)report->num_performed, "disagreements",
      (json_int_t)report->num_disagreements, "known",
      (json_int_t)report->num_known, "ways", describe_known(report), "gone",
      not_seen, "lacks", describe_lacks(report), "pruned",
      describe_pruned(report), "found", found, "seconds", report->seconds);
}

void explore_print_json(json_t *value) {
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

static void print_death(int signal) {
  if (signal == 0) {
    printf("  the library ended the process\n");
  } else {
    printf("  ended by signal %d (%s)\n", signal, strsignal(signal));
  }
}

static void print_found(const struct explore_found *found,
                        const struct model_facts *facts) {
  printf("\n%s\n", found->code);
  if (found->answer == EXPLORE_DIED) {
    print_death(found->signal);
  } else if (found->answer == EXPLORE_ENDLESS) {
    printf("  a call does not return\n");
  } else {
    print_difference(&found->difference, count_operations(found->code));
  }
  print_command(found->code);
  explore_print_json(case_of(found->code, facts));
}

/* A way that is known: what it is, where it shows, and where it is from. */
static void print_way(const struct known_way *way, size_t num_scenarios) {
  printf("%9zu %s: %s\n", num_scenarios, model_way_id(way->way), way->reason);
  printf("          certspec explore --only '%s'\n", way->scenario);
}

static void print_left_out(const struct explore_report *report) {
  for (size_t i = 0; i < report->size.num_rules; i++) {
    printf("%9zu left out: %s\n", report->size.rules[i].num_pruned,
           report->size.rules[i].name);
  }
  for (size_t i = 0; i < report->num_lacks; i++) {
    printf("%9zu unsupported: this library lacks %s\n",
           report->lacks[i].num_scenarios, report->lacks[i].what);
  }
}

static void print_summary(const struct explore_report *report,
                          const struct explore_setting *setting) {
  size_t num_ways = 0;

  for (int i = 0; i < NUM_MODEL_WAYS; i++) {
    num_ways += report->num_ways[i] > 0;
  }
  printf("%zu of %zu scenarios to depth %u on %s %s: ", report->num_performed,
         report->size.num_scenarios, setting->depth, subject_library(),
         subject_version());
  if (report->num_disagreements == 0 && report->num_known == 0) {
    printf("the model agrees with all");
  } else {
    printf("%zu agree", report->num_performed - report->num_known -
                            report->num_disagreements);
  }
  if (report->num_known > 0) {
    printf(", %zu disagree in %zu known ways", report->num_known, num_ways);
  }
  if (report->num_disagreements > 0) {
    printf(", %zu disagree with the model (%zu kinds)",
           report->num_disagreements, report->num_found);
  }
  printf("; %.1f s, seed %llu\n", report->seconds,
         (unsigned long long)setting->seed);
}

void explore_print(const struct explore_report *report,
                   const struct explore_setting *setting,
                   const struct known_ways *known,
                   const struct known_ways *gone, bool quiet) {
  for (size_t i = 0; i < report->num_found; i++) {
    print_found(&report->found[i], setting->facts);
  }
  if (!quiet) {
    print_left_out(report);
    for (size_t i = 0; i < known->num_ways; i++) {
      print_way(&known->ways[i], report->num_ways[known->ways[i].way]);
    }
  }
  for (size_t i = 0; i < gone->num_ways; i++) {
    printf("known, and not seen any more: %s\n",
           model_way_id(gone->ways[i].way));
    print_command(gone->ways[i].scenario);
  }
  print_summary(report, setting);
}

/* All that is not as predicted. */
static void print_differences(const struct outcome *want,
                              const struct outcome *seen,
                              size_t num_operations) {
  struct outcome_difference difference;
  size_t at = 0;

  while (outcome_compare_next(&difference, want, seen, &at)) {
    print_difference(&difference, num_operations);
  }
}

static void print_ways(uint64_t ways, const struct known_ways *known) {
  for (size_t i = 0; i < known->num_ways; i++) {
    if ((ways >> known->ways[i].way & 1) != 0) {
      printf("  known, %s: %s\n", model_way_id(known->ways[i].way),
             known->ways[i].reason);
    }
  }
}

/* One scenario: what was used to predict it, and whether it came so. */
int explore_print_one(const struct scenario *scenario,
                      const struct prediction *prediction,
                      enum explore_answer answer,
                      const struct explore_view *view,
                      const struct known_ways *known) {
  char code[SCENARIO_MAX_CODE];

  scenario_print(code, scenario);
  printf("%s\n", code);
  for (size_t i = 0; i < prediction->num_sources; i++) {
    printf("  by %s\n", prediction->sources[i]);
  }
  switch (answer) {
    case EXPLORE_AGREES:
      printf("  the model agrees\n");
      return EXIT_GREEN;
    case EXPLORE_KNOWN:
      print_ways(view->ways, known);
      return EXIT_GREEN;
    case EXPLORE_LACKS:
      printf("  this library lacks %s\n", view->lack);
      return EXIT_UNSUPPORTED;
    case EXPLORE_DIED:
      print_death(view->signal);
      break;
    case EXPLORE_ENDLESS:
      printf("  a call does not return\n");
      if (prediction->endless) {
        print_ways(prediction->ways, known);
        return EXIT_GREEN;
      }
      break;
    case EXPLORE_DISAGREES:
    case EXPLORE_FAULT:
      print_differences(&prediction->outcome, &view->seen,
                        scenario->num_operations);
      break;
  }

  explore_print_json(scenario_case(scenario, prediction));
  return EXIT_NOT_GREEN;
}
