#include "explore_command.h"

#include <unistd.h>

#include "explore.h"
#include "explore_report.h"
#include "known_way.h"
#include "scenario_case.h"
#include "setup.h"
#include "subject.h"

static bool is_supported(const struct protocol *protocol) {
  return subject_has(protocol->feature) == 1;
}

/* Whether |scenario|, which ended with |answer|, needs |way|. One that does not
 * return shows what it is predicted to show, and nothing else. */
static bool needs(const struct scenario *scenario, enum model_way way,
                  enum explore_answer answer, const struct explore_view *view,
                  const struct model_facts *facts) {
  struct prediction prediction;
  uint64_t ways = 0;

  if (answer == EXPLORE_KNOWN) {
    ways = view->ways;
  } else if (answer == EXPLORE_ENDLESS &&
             model_predict(&prediction, scenario, facts) &&
             prediction.endless) {
    ways = prediction.ways;
  }
  return (ways >> way & 1) != 0;
}

/* Keeps in |out| the ways whose scenario does not need them any more. 1, or 0
 * with |error|. */
static int find_gone(struct known_ways *out, const struct known_ways *known,
                     const struct explore_setting *setting,
                     struct certspec_error *error) {
  *out = (struct known_ways){0};
  for (size_t i = 0; i < known->num_ways; i++) {
    struct explore_view view;
    struct scenario scenario;

    if (!scenario_parse(&scenario, known->ways[i].scenario, error)) {
      return 0;
    }

    enum explore_answer answer =
        explore_apart(&view, setting->pki, &scenario, setting->facts,
                      setting->time_limit, error);
    if (answer == EXPLORE_FAULT) {
      return 0;
    }
    if (!needs(&scenario, known->ways[i].way, answer, &view, setting->facts)) {
      out->ways[out->num_ways++] = known->ways[i];
    }
  }

  return 1;
}

static int explore(const struct explore_setting *setting,
                   const struct known_ways *known,
                   const struct options *options,
                   struct certspec_error *error) {
  static struct explore_report report; /* too big for the stack */
  struct known_ways gone;

  if (!find_gone(&gone, known, setting, error) ||
      !explore_space(&report, setting, error)) {
    return setup_complain(error, EXIT_OWN_FAULT);
  }

  if (options->json) {
    explore_print_json(explore_describe(&report, setting, &gone));
  } else {
    explore_print(&report, setting, known, &gone, options->quiet);
  }
  return report.num_disagreements == 0 && gone.num_ways == 0 ? EXIT_GREEN
                                                             : EXIT_NOT_GREEN;
}

static int perform_one(const char *code, const struct explore_setting *setting,
                       const struct known_ways *known,
                       const struct options *options,
                       struct certspec_error *error) {
  struct explore_view view;
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

  enum explore_answer answer =
      explore_apart(&view, setting->pki, &scenario, setting->facts,
                    setting->time_limit, error);
  if (answer == EXPLORE_FAULT) {
    return EXIT_OWN_FAULT;
  }
  if (options->json) {
    explore_print_json(scenario_case(&scenario, &prediction));
    return answer == EXPLORE_AGREES || answer == EXPLORE_KNOWN ? EXIT_GREEN
                                                               : EXIT_NOT_GREEN;
  }
  return explore_print_one(&scenario, &prediction, answer, &view, known);
}

static int perform_listed(const struct explore_setting *setting,
                          const struct known_ways *known,
                          const struct options *options,
                          struct certspec_error *error) {
  int code = EXIT_GREEN;

  error->text[0] = '\0';
  for (size_t i = 0; i < options->only.num_texts; i++) {
    int one =
        perform_one(options->only.texts[i], setting, known, options, error);

    if (one > EXIT_NOT_GREEN) {
      return error->text[0] != '\0' ? setup_complain(error, one) : one;
    }
    code = one != EXIT_GREEN ? one : code;
  }
  return code;
}

static int perform(const struct setup *setup, const struct known_ways *known,
                   const struct options *options,
                   struct certspec_error *error) {
  long cores = sysconf(_SC_NPROCESSORS_ONLN);
  struct model_facts facts = *model_facts(subject_version());
  struct explore_setting setting = {
      .pki = setup->pki,
      .facts = &facts,
      .depth = (unsigned)options->depth,
      .seed = options->seed,
      .limit = options->limit,
      .jobs =
          options->jobs > 0 ? options->jobs : (size_t)(cores > 0 ? cores : 1),
      .supported = is_supported,
      .time_limit = options->time_limit,
      .growth = 128 * 1024.0,
      .progress = isatty(STDERR_FILENO) && !options->quiet ? stderr : NULL,
  };

  facts.ways = known_ways_bits(known);
  if (options->only.num_texts > 0) {
    return perform_listed(&setting, known, options, error);
  }
  if (options->depth > SPACE_MAX_DEPTH) {
    certspec_error_set(error, NULL, 0, "--depth: at most %d", SPACE_MAX_DEPTH);
    return setup_complain(error, EXIT_BAD_INPUT);
  }
  return explore(&setting, known, options, error);
}

int explore_perform(const struct options *options) {
  struct setup setup;
  struct known_ways known = {0};
  struct certspec_error error;
  int code = setup_make(&setup, options, &error);

  if (code == EXIT_GREEN &&
      !known_ways_load(&known, options->vectors, &error)) {
    code = EXIT_BAD_INPUT;
  }
  code = code == EXIT_GREEN ? perform(&setup, &known, options, &error)
                            : setup_complain(&error, code);
  known_ways_free(&known);
  setup_free(&setup);
  return code;
}
