#include "case_check.h"

#include <limits.h>
#include <string.h>

#include "protocol.h"

#define NUM(array) (sizeof(array) / sizeof((array)[0]))

/* More rounds of one step than any case can take in its time. */
enum { STEP_TIMES_MAX = 10000 };

static const struct json_rule STATEMENT_RULES[] = {
    {"id", JSON_KIND_TEXT, JSON_REQUIRED},
    {"section", JSON_KIND_TEXT, JSON_REQUIRED},
    {"text", JSON_KIND_TEXT, JSON_REQUIRED},
    {"forms", JSON_KIND_TEXTS, JSON_REQUIRED},
    {"sentence", JSON_KIND_OBJECT, JSON_OPTIONAL},
    {"untestable", JSON_KIND_TEXT, JSON_OPTIONAL},
};

static const struct json_rule CASE_RULES[] = {
    {"id", JSON_KIND_TEXT, JSON_REQUIRED},
    {"rev", JSON_KIND_INTEGER, JSON_REQUIRED},
    {"title", JSON_KIND_TEXT, JSON_REQUIRED},
    {"statements", JSON_KIND_TEXTS, JSON_REQUIRED},
    {"origin", JSON_KIND_TEXTS, JSON_OPTIONAL},
    {"tier", JSON_KIND_TEXT, JSON_REQUIRED},
    {"protocols", JSON_KIND_TEXTS, JSON_REQUIRED},
    {"needs", JSON_KIND_TEXTS, JSON_OPTIONAL},
    {"client", JSON_KIND_OBJECT, JSON_REQUIRED},
    {"client_on", JSON_KIND_OBJECT, JSON_OPTIONAL},
    {"server", JSON_KIND_OBJECT, JSON_REQUIRED},
    {"server_on", JSON_KIND_OBJECT, JSON_OPTIONAL},
    {"steps", JSON_KIND_ARRAY, JSON_REQUIRED},
    {"expect", JSON_KIND_OBJECT, JSON_OPTIONAL},
    {"expect_on", JSON_KIND_OBJECT, JSON_OPTIONAL},
    {"observe", JSON_KIND_TEXTS, JSON_OPTIONAL},
    {"observe_on", JSON_KIND_OBJECT, JSON_OPTIONAL},
};

/* The keys that every step can have. */
static const struct json_rule STEP_RULES[] = {
    {"do", JSON_KIND_TEXT, JSON_REQUIRED},
    {"ssl", JSON_KIND_TEXT, JSON_OPTIONAL},
    {"times", JSON_KIND_INTEGER, JSON_OPTIONAL},
    {"protocols", JSON_KIND_TEXTS, JSON_OPTIONAL},
    {"keep_errors", JSON_KIND_BOOLEAN, JSON_OPTIONAL},
    {"expect", JSON_KIND_OBJECT, JSON_OPTIONAL},
    {"expect_on", JSON_KIND_OBJECT, JSON_OPTIONAL},
    {"observe", JSON_KIND_TEXTS, JSON_OPTIONAL},
    {"observe_on", JSON_KIND_OBJECT, JSON_OPTIONAL},
};

struct amendment {
  const char *key;
  enum json_kind kind; /* of what it amends */
};

static const struct amendment AMENDMENTS[] = {
    {"client_on", JSON_KIND_OBJECT},
    {"server_on", JSON_KIND_OBJECT},
    {"expect_on", JSON_KIND_OBJECT},
    {"observe_on", JSON_KIND_TEXTS},
};

/* A tier, the keys it is judged by, and the keys of the other one. */
struct tier_keys {
  const char *tier;
  const char *plain;
  const char *amended;
  const char *foreign[2];
};

static const struct tier_keys TIERS[] = {
    {"documented", "expect", "expect_on", {"observe", "observe_on"}},
    {"observed", "observe", "observe_on", {"expect", "expect_on"}},
};

int statement_check(const struct json_place *place, json_t *statement) {
  return json_shape_check(place, statement, STATEMENT_RULES,
                          JSON_NUM_RULES(STATEMENT_RULES));
}

static int lists(json_t *texts, const char *wanted) {
  size_t index = 0;
  json_t *text = NULL;
  json_array_foreach(texts, index, text) {
    if (strcmp(json_string_value(text), wanted) == 0) {
      return 1;
    }
  }

  return 0;
}

static int check_id(const struct json_place *place, json_t *root,
                    const char *topic) {
  const char *id = json_string_value(json_object_get(root, "id"));
  const size_t len = strlen(topic);
  if (strncmp(id, topic, len) != 0 || id[len] != '/' || id[len + 1] == '\0') {
    return json_place_error(place, "id", "the id must be \"%s/NAME\"", topic);
  }

  return 1;
}

static int check_rev(const struct json_place *place, json_t *root) {
  const json_int_t rev = json_integer_value(json_object_get(root, "rev"));
  if (rev < 1 || rev > INT_MAX) {
    return json_place_error(place, "rev", "\"rev\" must be from 1 to %d",
                            INT_MAX);
  }

  return 1;
}

static int check_protocols(const struct json_place *place, json_t *root) {
  json_t *protocols = json_object_get(root, "protocols");
  if (json_array_size(protocols) == 0) {
    return json_place_error(place, "protocols", "\"protocols\" names none");
  }

  size_t index = 0;
  json_t *name = NULL;
  json_array_foreach(protocols, index, name) {
    if (protocol_find(json_string_value(name)) == NULL) {
      return json_place_error(place, "protocols", "unknown protocol \"%s\"",
                              json_string_value(name));
    }
  }

  return 1;
}

/* Something said under |key| of a |protocol| that is none of |run|, those that
 * it is run on, would be lost without a word. */
static int check_is_run(const struct json_place *place, json_t *run,
                        const char *key, const char *protocol) {
  if (protocol_find(protocol) == NULL) {
    return json_place_error(place, key, "\"%s\": unknown protocol \"%s\"", key,
                            protocol);
  }

  if (!lists(run, protocol)) {
    return json_place_error(place, key, "\"%s\": never run on %s", key,
                            protocol);
  }

  return 1;
}

/* Checks the amendments that |object| has: a case or one of its steps, which
 * is |run| on these protocols. */
static int check_amendments(const struct json_place *place, json_t *object,
                            json_t *run) {
  for (size_t i = 0; i < NUM(AMENDMENTS); i++) {
    const char *key = AMENDMENTS[i].key;
    const struct json_place amendments = json_place_key(place, key);
    const char *protocol = NULL;
    json_t *amendment = NULL;
    json_object_foreach(json_object_get(object, key), protocol, amendment) {
      const struct json_rule rule = {protocol, AMENDMENTS[i].kind,
                                     JSON_REQUIRED};
      if (!check_is_run(place, run, key, protocol) ||
          !json_shape_check_known(&amendments, json_object_get(object, key),
                                  &rule, 1)) {
        return 0;
      }
    }
  }

  return 1;
}

static int check_times(const struct json_place *place, json_t *step) {
  const json_t *times = json_object_get(step, "times");
  if (times == NULL) {
    return 1;
  }

  const json_int_t value = json_integer_value(times);
  if (value < 1 || value > STEP_TIMES_MAX) {
    return json_place_error(place, "times", "\"times\" must be from 1 to %d",
                            STEP_TIMES_MAX);
  }

  return 1;
}

/* Checks a step of a case that is |run| on these protocols. */
static int check_step(const struct json_place *place, json_t *step,
                      json_t *run) {
  if (!json_shape_check_known(place, step, STEP_RULES,
                              JSON_NUM_RULES(STEP_RULES)) ||
      !check_times(place, step)) {
    return 0;
  }

  json_t *taken = json_object_get(step, "protocols");
  if (taken != NULL && json_array_size(taken) == 0) {
    return json_place_error(place, "protocols", "\"protocols\" names none");
  }

  size_t index = 0;
  json_t *protocol = NULL;
  json_array_foreach(taken, index, protocol) {
    if (!check_is_run(place, run, "protocols", json_string_value(protocol))) {
      return 0;
    }
  }

  return check_amendments(place, step, taken != NULL ? taken : run);
}

static int check_steps(const struct json_place *place, json_t *root) {
  json_t *run = json_object_get(root, "protocols");
  json_t *steps = json_object_get(root, "steps");
  const struct json_place steps_place = json_place_key(place, "steps");
  size_t index = 0;
  json_t *step = NULL;
  json_array_foreach(steps, index, step) {
    const struct json_place step_place = json_place_index(&steps_place, index);
    if (!check_step(&step_place, step, run)) {
      return 0;
    }
  }

  return 1;
}

static const struct tier_keys *find_tier(const json_t *root) {
  const char *name = json_string_value(json_object_get(root, "tier"));
  for (size_t i = 0; i < NUM(TIERS); i++) {
    if (strcmp(TIERS[i].tier, name) == 0) {
      return &TIERS[i];
    }
  }

  return NULL;
}

/* A key that is judged in the other tier would be passed over here. */
static int check_no_foreign(const struct json_place *place, json_t *object,
                            const struct tier_keys *tier) {
  for (size_t i = 0; i < NUM(tier->foreign); i++) {
    const char *key = tier->foreign[i];
    if (json_object_get(object, key) != NULL) {
      return json_place_error(place, key, "\"%s\" has no place in tier %s", key,
                              tier->tier);
    }
  }

  return 1;
}

static size_t size_of(const json_t *value) {
  return json_is_array(value) ? json_array_size(value)
                              : json_object_size(value);
}

/* Whether |object|, a case or a step, has something to judge on |protocol|. */
static int says_something(const json_t *object, const struct tier_keys *tier,
                          const char *protocol) {
  const json_t *amended = json_object_get(object, tier->amended);
  return size_of(json_object_get(object, tier->plain)) > 0 ||
         size_of(json_object_get(amended, protocol)) > 0;
}

static int case_says_something(json_t *root, const struct tier_keys *tier,
                               const char *protocol) {
  if (says_something(root, tier, protocol)) {
    return 1;
  }

  size_t index = 0;
  json_t *step = NULL;
  json_array_foreach(json_object_get(root, "steps"), index, step) {
    json_t *protocols = json_object_get(step, "protocols");
    const int taken = protocols == NULL || lists(protocols, protocol);
    if (taken && says_something(step, tier, protocol)) {
      return 1;
    }
  }

  return 0;
}

static int check_keys_of_tier(const struct json_place *place, json_t *root,
                              const struct tier_keys *tier) {
  if (!check_no_foreign(place, root, tier)) {
    return 0;
  }

  const struct json_place steps_place = json_place_key(place, "steps");
  size_t index = 0;
  json_t *step = NULL;
  json_array_foreach(json_object_get(root, "steps"), index, step) {
    const struct json_place step_place = json_place_index(&steps_place, index);
    if (!check_no_foreign(&step_place, step, tier)) {
      return 0;
    }
  }

  return 1;
}

static int check_tier(const struct json_place *place, json_t *root) {
  const struct tier_keys *tier = find_tier(root);
  if (tier == NULL) {
    return json_place_error(place, "tier",
                            "unknown tier \"%s\": documented or observed",
                            json_string_value(json_object_get(root, "tier")));
  }

  if (!check_keys_of_tier(place, root, tier)) {
    return 0;
  }

  size_t index = 0;
  json_t *protocol = NULL;
  json_array_foreach(json_object_get(root, "protocols"), index, protocol) {
    if (!case_says_something(root, tier, json_string_value(protocol))) {
      return json_place_error(place, NULL, "tier %s, but nothing to %s on %s",
                              tier->tier, tier->plain,
                              json_string_value(protocol));
    }
  }

  return 1;
}

static int check_statements_named(const struct json_place *place,
                                  json_t *root) {
  const char *tier = json_string_value(json_object_get(root, "tier"));
  if (strcmp(tier, "documented") == 0 &&
      json_array_size(json_object_get(root, "statements")) == 0) {
    return json_place_error(place, "statements",
                            "tier documented, but \"statements\" names none");
  }

  return 1;
}

int case_check(const struct json_place *place, json_t *root,
               const char *topic) {
  return json_shape_check(place, root, CASE_RULES,
                          JSON_NUM_RULES(CASE_RULES)) &&
         check_id(place, root, topic) && check_rev(place, root) &&
         check_protocols(place, root) &&
         check_amendments(place, root, json_object_get(root, "protocols")) &&
         check_steps(place, root) && check_tier(place, root) &&
         check_statements_named(place, root);
}
