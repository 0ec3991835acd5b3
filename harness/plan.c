#include <string.h>

#include "case.h"

/* Returns a copy of |object|'s |key| with what its |amended_key| says of
 * |protocol|; empty where neither is there. Owned by the caller. */
static json_t *amended_object(const json_t *object, const char *key,
                              const char *amended_key, const char *protocol) {
  json_t *out = json_object();
  json_t *plain = json_object_get(object, key);
  json_t *amendment =
      json_object_get(json_object_get(object, amended_key), protocol);
  json_t *plain_copy = plain != NULL ? json_deep_copy(plain) : json_object();
  json_t *amendment_copy =
      amendment != NULL ? json_deep_copy(amendment) : json_object();
  if (json_object_update(out, plain_copy) != 0 ||
      json_object_update(out, amendment_copy) != 0) {
    json_decref(out);
    out = NULL;
  }

  json_decref(plain_copy);
  json_decref(amendment_copy);
  return out;
}

/* The same for lists: the amendment's names follow. */
static json_t *amended_array(const json_t *object, const char *key,
                             const char *amended_key, const char *protocol) {
  json_t *out = json_array();
  json_t *plain = json_object_get(object, key);
  json_t *amendment =
      json_object_get(json_object_get(object, amended_key), protocol);
  if ((plain != NULL && json_array_extend(out, plain) != 0) ||
      (amendment != NULL && json_array_extend(out, amendment) != 0)) {
    json_decref(out);
    return NULL;
  }

  json_t *copy = json_deep_copy(out);
  json_decref(out);
  return copy;
}

/* Merges what |step| expects or observes, where it does. 1, or 0 when memory
 * ran out. */
static int merge_judged(json_t *step, const char *key, const char *amended_key,
                        const char *protocol,
                        json_t *(*amended)(const json_t *, const char *,
                                           const char *, const char *)) {
  if (json_object_get(step, key) == NULL &&
      json_object_get(step, amended_key) == NULL) {
    return 1;
  }

  json_t *merged = amended(step, key, amended_key, protocol);
  json_object_del(step, amended_key);
  return json_object_set_new(step, key, merged) == 0;
}

/* Returns |step| as it is taken on |protocol|, or NULL. */
static json_t *make_step(const json_t *step, const char *protocol) {
  json_t *out = json_deep_copy(step);
  if (!merge_judged(out, "expect", "expect_on", protocol, amended_object) ||
      !merge_judged(out, "observe", "observe_on", protocol, amended_array)) {
    json_decref(out);
    return NULL;
  }

  json_object_del(out, "protocols");
  json_object_del(out, "times");
  return out;
}

static int is_taken(const json_t *step, const char *protocol) {
  json_t *protocols = json_object_get(step, "protocols");
  size_t index = 0;
  json_t *name = NULL;
  json_array_foreach(protocols, index, name) {
    if (strcmp(json_string_value(name), protocol) == 0) {
      return 1;
    }
  }

  return protocols == NULL;
}

static int append_step(json_t *steps, const json_t *step,
                       const char *protocol) {
  const json_t *times = json_object_get(step, "times");
  json_int_t left = times != NULL ? json_integer_value(times) : 1;
  for (; left > 0; left--) {
    if (json_array_append_new(steps, make_step(step, protocol)) != 0) {
      return 0;
    }
  }

  return 1;
}

/* Returns the steps of |root| on |protocol|, or NULL. */
static json_t *make_steps(const json_t *root, const char *protocol) {
  json_t *steps = json_array();
  size_t index = 0;
  json_t *step = NULL;
  json_array_foreach(json_object_get(root, "steps"), index, step) {
    if (is_taken(step, protocol) && !append_step(steps, step, protocol)) {
      json_decref(steps);
      return NULL;
    }
  }

  return steps;
}

static int is_run_on(const struct certspec_case *source,
                     const struct protocol *protocol) {
  for (size_t i = 0; i < source->num_protocols; i++) {
    if (source->protocols[i] == protocol) {
      return 1;
    }
  }

  return 0;
}

int plan_make(struct certspec_plan *out, const struct certspec_case *source,
              const struct protocol *protocol, struct certspec_error *error) {
  *out = (struct certspec_plan){.source = source, .protocol = protocol};
  if (!is_run_on(source, protocol)) {
    return certspec_error_set(error, source->file, source->line,
                              "case %s: is not run on %s", source->id,
                              protocol->name);
  }

  const int documented = source->tier == TIER_DOCUMENTED;
  const json_t *root = source->root;
  const char *name = protocol->name;
  out->client = amended_object(root, "client", "client_on", name);
  out->server = amended_object(root, "server", "server_on", name);
  out->steps = make_steps(root, name);
  if (documented) {
    out->expect = amended_object(root, "expect", "expect_on", name);
  } else {
    out->observe = amended_array(root, "observe", "observe_on", name);
  }

  if (out->client == NULL || out->server == NULL || out->steps == NULL ||
      (documented ? out->expect : out->observe) == NULL) {
    plan_free(out);
    return certspec_error_set(error, NULL, 0, "case %s: out of memory",
                              source->id);
  }

  return 1;
}

void plan_free(struct certspec_plan *plan) {
  json_decref(plan->client);
  json_decref(plan->server);
  json_decref(plan->steps);
  json_decref(plan->expect);
  json_decref(plan->observe);
  *plan = (struct certspec_plan){0};
}
