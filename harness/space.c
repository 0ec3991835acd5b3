#include "space.h"

#include <stdio.h>
#include <string.h>

#define NUM(table) (sizeof(table) / sizeof((table)[0]))

/* A value, as it stands in a code, and what it counts. */
struct value {
  const char *text;
  unsigned distance;
};

static const struct value protocols[] = {{"TLSv1.3", 0}, {"TLSv1.2", 0},
                                         {"TLSv1", 1},   {"TLSv1.1", 1},
                                         {"DTLSv1", 1},  {"DTLSv1.2", 1}};
static const struct value requests[] = {
    {"request", 0}, {"none", 1}, {"require", 1}, {"later", 1}};
static const struct value presets[] = {{"none", 0},   {"ctx=ff", 1},
                                       {"ssl=ff", 1}, {"ssl=f.", 1},
                                       {"ssl=.f", 1}, {"ssl=rr", 1}};
static const struct value lists[] = {
    {"none", 0}, {"empty", 1}, {"one", 1}, {"several", 1}};
static const struct value algorithms[] = {{"any", 0}, {"ecdsa", 1}, {"rsa", 1}};
static const struct value suspensions[] = {
    {"", 0}, {"-1,", 1}, {"-1*2,", 1}, {"-42ee,", 1}};
/* Whatever the first answer was, there is one for a second request. */
static const struct value answers[] = {
    {"1ee,1gg", 0}, {"null", 1},    {"0,1gg", 1},   {"0ee,1gg", 1},
    {"1,1gg", 1},   {"1e.,1gg", 1}, {"1.e,1gg", 1}, {"1ef,1gg", 1},
    {"1er,1gg", 1}, {"1rr,1gg", 1}, {"2,1gg", 1},   {"2ee,1gg", 1}};
static const struct value phases[] = {
    {"", 0}, {"Sl", 1}, {"Sr", 1}, {"Sp", 1}, {"Sm", 1}};

enum {
  PROTOCOL,
  REQUEST,
  PRESET,
  LIST,
  ALGORITHMS,
  SUSPENSIONS,
  ANSWER,
  PHASE,
  NUM_DIMENSIONS
};

static const struct {
  const struct value *values;
  size_t num;
} dimensions[NUM_DIMENSIONS] = {
    [PROTOCOL] = {protocols, NUM(protocols)},
    [REQUEST] = {requests, NUM(requests)},
    [PRESET] = {presets, NUM(presets)},
    [LIST] = {lists, NUM(lists)},
    [ALGORITHMS] = {algorithms, NUM(algorithms)},
    [SUSPENSIONS] = {suspensions, NUM(suspensions)},
    [ANSWER] = {answers, NUM(answers)},
    [PHASE] = {phases, NUM(phases)},
};

/* All but the first have no further effect when they come twice in a row. */
static const char *const operations[] = {"h", "N", "C",   "l",   "r", "p",
                                         "d", "k", "uff", "uf.", "w", "x"};

struct walk {
  const struct space_setting *setting;
  struct space_size *size;
  space_visit *visit;
  void *argument;
  bool stopped;
  const char *texts[NUM_DIMENSIONS];
  const char *operations[SPACE_MAX_DEPTH];
  size_t num_operations;
};

static void count(struct space_size *size, const char *rule) {
  for (size_t i = 0; i < size->num_rules; i++) {
    if (strcmp(size->rules[i].name, rule) == 0) {
      size->rules[i].num_pruned++;
      return;
    }
  }
  if (size->num_rules < SPACE_MAX_RULES) {
    size->rules[size->num_rules++] = (struct space_rule){rule, 1};
  }
}

static bool is(const struct walk *walk, int dimension, const char *text) {
  return strcmp(walk->texts[dimension], text) == 0;
}

static bool plain(const struct walk *walk, int dimension) {
  return walk->texts[dimension] == dimensions[dimension].values[0].text;
}

/* Why a combination is left out, whatever the operations, or NULL. */
static const char *rule_against(const struct walk *walk,
                                const struct scenario *scenario) {
  if (walk->setting->supported != NULL &&
      !walk->setting->supported(scenario->protocol)) {
    return "a protocol that this library lacks";
  }
  if (is(walk, REQUEST, "none") &&
      !(plain(walk, LIST) && plain(walk, ALGORITHMS) &&
        plain(walk, SUSPENSIONS) &&
        (plain(walk, ANSWER) || is(walk, ANSWER, "null")))) {
    return "how a request is made and answered, of a server that makes none";
  }
  for (size_t i = 1; i < walk->num_operations; i++) {
    if (walk->operations[i] == walk->operations[i - 1] &&
        walk->operations[i] != operations[0]) {
      return "the same operation twice in a row";
    }
  }
  if (is(walk, ANSWER, "null") && !plain(walk, SUSPENSIONS)) {
    return "suspensions without a callback";
  }
  if (protocol_before_tls12(scenario->protocol) && !plain(walk, ALGORITHMS)) {
    return "signature algorithms in a request before TLS 1.2";
  }
  return NULL;
}

static void compose(char *out, const struct walk *walk) {
  const char *const *texts = walk->texts;
  bool null = is(walk, ANSWER, "null");
  int len = snprintf(
      out, SCENARIO_MAX_CODE, "%s:%s:%s:%s:%s:%s%s:%s", texts[PROTOCOL],
      texts[REQUEST], texts[PRESET], texts[LIST], texts[ALGORITHMS],
      null ? "" : texts[SUSPENSIONS], texts[ANSWER], texts[PHASE]);

  for (size_t i = 0; i < walk->num_operations; i++) {
    len += snprintf(out + len, SCENARIO_MAX_CODE - (size_t)len, "%s",
                    walk->operations[i]);
  }
  snprintf(out + len, SCENARIO_MAX_CODE - (size_t)len, "S");
}

static void visit(struct walk *walk) {
  struct certspec_error error;
  struct scenario scenario;
  struct prediction prediction;
  char code[SCENARIO_MAX_CODE];

  compose(code, walk);
  if (!scenario_parse(&scenario, code, &error)) {
    count(walk->size, "a mistake in the tables of the space");
    return;
  }

  const char *rule = rule_against(walk, &scenario);
  if (rule == NULL &&
      !model_predict(&prediction, &scenario, walk->setting->facts)) {
    rule = prediction.impossible;
  }
  if (rule == NULL && prediction.endless) {
    rule = "a call from which this library is known not to return";
  }
  if (rule != NULL) {
    count(walk->size, rule);
    return;
  }

  walk->stopped = !walk->visit(walk->argument, walk->size->num_scenarios,
                               &scenario, &prediction);
  walk->size->num_scenarios++;
}

/* Operations that use up the |distance|. */
static void walk_operations(struct walk *walk, unsigned distance) {
  if (distance == 0) {
    visit(walk);
    return;
  }

  size_t at = walk->num_operations++;
  for (size_t i = 0; i < NUM(operations) && !walk->stopped; i++) {
    walk->operations[at] = operations[i];
    walk_operations(walk, distance - 1);
  }
  walk->num_operations--;
}

/* Values of this dimension and the next ones, and then operations. */
static void walk_values(struct walk *walk, int dimension, unsigned distance) {
  if (dimension == NUM_DIMENSIONS) {
    if (distance <= walk->setting->depth) {
      walk_operations(walk, distance);
    }
    return;
  }

  for (size_t i = 0; i < dimensions[dimension].num && !walk->stopped; i++) {
    const struct value *value = &dimensions[dimension].values[i];
    if (value->distance <= distance) {
      walk->texts[dimension] = value->text;
      walk_values(walk, dimension + 1, distance - value->distance);
    }
  }
}

void space_walk(struct space_size *out, const struct space_setting *setting,
                space_visit *visit_one, void *argument) {
  struct walk walk = {.setting = setting,
                      .size = out,
                      .visit = visit_one,
                      .argument = argument};

  *out = (struct space_size){0};
  for (unsigned distance = 0; distance <= setting->depth + 1; distance++) {
    walk_values(&walk, 0, distance);
  }
}
