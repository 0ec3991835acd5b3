#include "judge.h"

#include <stdio.h>
#include <string.h>

#include "expectation.h"
#include "matcher.h"

#define AT_END (-1L)

/* What stands in |got| for a name without a value. */
#define NO_VALUE "(no value)"

static const struct {
  const char *name;
  int exit;
} verdicts[VERDICT_COUNT] = {
    [VERDICT_PASS] = {"pass", 0},
    [VERDICT_DEVIATES] = {"deviates", 1},
    [VERDICT_KNOWN_DEVIATION] = {"known-deviation", 0},
    [VERDICT_UNEXPECTED_PASS] = {"unexpected-pass", 1},
    [VERDICT_PINNED] = {"pinned", 0},
    [VERDICT_CHANGED] = {"changed", 1},
    [VERDICT_NEW] = {"new", 0},
    [VERDICT_UNSUPPORTED] = {"unsupported", 89},
    [VERDICT_CRASH] = {"crash", 1},
    [VERDICT_TIMEOUT] = {"timeout", 1},
    [VERDICT_SERVER_BUG] = {"server-bug", 3},
    [VERDICT_ERROR] = {"error", 3},
};

const char *verdict_name(enum verdict verdict) {
  return verdicts[verdict].name;
}

int verdict_exit(enum verdict verdict) {
  return verdicts[verdict].exit;
}

static int refuse(const struct certspec_plan *plan, const char *path,
                  const char *cause, struct certspec_error *error) {
  return certspec_error_set(error, plan->source->file, plan->source->line,
                            "case %s: %s: %s", plan->source->id, path, cause);
}

/* Names of a step stand as "steps[3].error" in results. */
static void write_path(char *out, size_t out_size, long step,
                       const char *name) {
  if (step == AT_END) {
    snprintf(out, out_size, "%s", name);
  } else {
    snprintf(out, out_size, "steps[%ld].%s", step, name);
  }
}

/* Steps are counted as they are taken on the plan's protocol. */
static int is_behind_steps(const struct certspec_plan *plan, const char *name) {
  return expectation_step(name) >= (long)json_array_size(plan->steps);
}

static int check_expect(const struct certspec_plan *plan, long step,
                        const json_t *expect, struct certspec_error *error) {
  enum expectation_scope scope =
      step == AT_END ? EXPECTATION_OF_END : EXPECTATION_OF_STEP;
  const char *name;
  json_t *wanted;

  json_object_foreach((json_t *)expect, name, wanted) {
    struct certspec_error cause;
    char path[256];

    write_path(path, sizeof(path), step, name);
    if (!expectation_known(name, scope)) {
      return refuse(plan, path, "unknown name", error);
    }
    if (is_behind_steps(plan, name)) {
      return refuse(plan, path, "there is no such step", error);
    }
    if (!matcher_check(wanted, scope, &cause)) {
      return refuse(plan, path, cause.text, error);
    }
  }

  return 1;
}

static int check_observe(const struct certspec_plan *plan, long step,
                         const json_t *observe, struct certspec_error *error) {
  enum expectation_scope scope =
      step == AT_END ? EXPECTATION_OF_END : EXPECTATION_OF_STEP;
  size_t i;
  json_t *name;

  json_array_foreach(observe, i, name) {
    const char *text = json_string_value(name);

    if (text == NULL || !expectation_known(text, scope)) {
      return refuse(plan, text != NULL ? text : "observe", "unknown name",
                    error);
    }
    if (is_behind_steps(plan, text)) {
      return refuse(plan, text, "there is no such step", error);
    }
  }

  return 1;
}

int judge_check_plan(const struct certspec_plan *plan,
                     struct certspec_error *error) {
  size_t num = json_object_size(plan->expect) + json_array_size(plan->observe);
  size_t i;
  json_t *step;

  if (!check_expect(plan, AT_END, plan->expect, error) ||
      !check_observe(plan, AT_END, plan->observe, error)) {
    return 0;
  }
  json_array_foreach(plan->steps, i, step) {
    const json_t *expect = json_object_get(step, "expect");
    const json_t *observe = json_object_get(step, "observe");

    if (!check_expect(plan, (long)i, expect, error) ||
        !check_observe(plan, (long)i, observe, error)) {
      return 0;
    }
    num += json_object_size(expect) + json_array_size(observe);
  }
  if (num == 0) {
    return refuse(plan, plan->protocol->name, "nothing is expected or observed",
                  error);
  }

  return 1;
}

struct comparison {
  const struct observation *seen;
  json_t *got;
  json_t *want;
  size_t num;
};

static json_t *value_or_text(const json_t *value) {
  return value != NULL ? json_incref((json_t *)value) : json_string(NO_VALUE);
}

static void compare_one(struct comparison *comparison, long step,
                        const char *name, json_t *wanted) {
  const json_t *got = observation_value(comparison->seen, step, name);
  char path[256];

  if (matcher_holds(wanted, got, comparison->seen, step)) {
    return;
  }

  write_path(path, sizeof(path), step, name);
  json_object_set_new(comparison->got, path, value_or_text(got));
  json_object_set(comparison->want, path, wanted);
}

static void compare(struct comparison *comparison, long step,
                    const json_t *expect) {
  const char *name;
  json_t *wanted;

  json_object_foreach((json_t *)expect, name, wanted) {
    compare_one(comparison, step, name, wanted);
    comparison->num++;
  }
}

void judge_compare(const struct certspec_plan *plan,
                   const struct observation *seen, json_t **out_got,
                   json_t **out_want, size_t *out_num) {
  struct comparison comparison = {
      .seen = seen, .got = json_object(), .want = json_object()};
  size_t i;
  json_t *step;

  json_array_foreach(plan->steps, i, step) {
    compare(&comparison, (long)i, json_object_get(step, "expect"));
  }
  compare(&comparison, AT_END, plan->expect);

  /* A call beyond the script means that the case says too little, even where
   * all that it says holds. */
  if (json_object_get(plan->expect, "unscripted_calls") == NULL) {
    json_t *none = json_integer(0);

    compare_one(&comparison, AT_END, "unscripted_calls", none);
    json_decref(none);
  }

  *out_got = comparison.got;
  *out_want = comparison.want;
  *out_num = comparison.num;
}

static void observe(json_t *out, const struct observation *seen, long step,
                    const json_t *names) {
  size_t i;
  json_t *name;

  json_array_foreach(names, i, name) {
    const char *text = json_string_value(name);
    char path[256];

    write_path(path, sizeof(path), step, text);
    json_object_set_new(out, path,
                        value_or_text(observation_value(seen, step, text)));
  }
}

json_t *judge_observe(const struct certspec_plan *plan,
                      const struct observation *seen) {
  json_t *out = json_object();
  size_t i;
  json_t *step;

  json_array_foreach(plan->steps, i, step) {
    observe(out, seen, (long)i, json_object_get(step, "observe"));
  }
  observe(out, seen, AT_END, plan->observe);
  return out;
}
