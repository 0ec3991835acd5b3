#include "matcher.h"

#include <string.h>

struct context {
  const json_t *got;
  const struct observation *seen;
  long step;
};

static int any_of(const json_t *argument, const struct context *context) {
  size_t i;
  json_t *wanted;

  json_array_foreach(argument, i, wanted) {
    if (matcher_holds(wanted, context->got, context->seen, context->step)) {
      return 1;
    }
  }

  return 0;
}

static int not(const json_t *argument, const struct context *context) {
  return !matcher_holds(argument, context->got, context->seen, context->step);
}

static int at_least(const json_t *argument, const struct context *context) {
  return json_is_number(context->got) &&
         json_number_value(context->got) >= json_number_value(argument);
}

static int at_most(const json_t *argument, const struct context *context) {
  return json_is_number(context->got) &&
         json_number_value(context->got) <= json_number_value(argument);
}

static int contains(const json_t *argument, const struct context *context) {
  size_t i;
  json_t *item;

  if (json_is_string(context->got) && json_is_string(argument)) {
    return strstr(json_string_value(context->got),
                  json_string_value(argument)) != NULL;
  }
  json_array_foreach(context->got, i, item) {
    if (matcher_holds(argument, item, context->seen, context->step)) {
      return 1;
    }
  }

  return 0;
}

static int starts_with(const json_t *argument, const struct context *context) {
  const char *got = json_string_value(context->got);

  return got != NULL && strncmp(got, json_string_value(argument),
                                json_string_length(argument)) == 0;
}

static int same_as(const json_t *argument, const struct context *context) {
  const json_t *other = observation_value(context->seen, context->step,
                                          json_string_value(argument));

  return other != NULL && json_equal(context->got, other);
}

enum argument {
  ARGUMENT_LIST,
  ARGUMENT_VALUE,
  ARGUMENT_NUMBER,
  ARGUMENT_TEXT,
  ARGUMENT_NAME
};

struct matcher {
  const char *key;
  enum argument argument;
  int (*holds)(const json_t *argument, const struct context *context);
};

static const struct matcher matchers[] = {
    {"$any_of", ARGUMENT_LIST, any_of},
    {"$not", ARGUMENT_VALUE, not },
    {"$at_least", ARGUMENT_NUMBER, at_least},
    {"$at_most", ARGUMENT_NUMBER, at_most},
    {"$contains", ARGUMENT_VALUE, contains},
    {"$starts_with", ARGUMENT_TEXT, starts_with},
    {"$same_as", ARGUMENT_NAME, same_as},
};

/* Returns the first key of |wanted| that begins with '$', or NULL. */
static const char *test_key(const json_t *wanted) {
  const char *key;
  json_t *value;

  json_object_foreach((json_t *)wanted, key, value) {
    if (key[0] == '$') {
      return key;
    }
  }

  return NULL;
}

static const struct matcher *find(const char *key) {
  for (size_t i = 0; i < sizeof(matchers) / sizeof(matchers[0]); i++) {
    if (strcmp(matchers[i].key, key) == 0) {
      return &matchers[i];
    }
  }

  return NULL;
}

int matcher_holds(const json_t *wanted, const json_t *got,
                  const struct observation *seen, long step) {
  const char *key = test_key(wanted);

  if (got == NULL) {
    return 0;
  }
  if (key == NULL) {
    return json_equal(wanted, got);
  }

  const struct matcher *matcher = find(key);
  struct context context = {.got = got, .seen = seen, .step = step};
  return matcher != NULL &&
         matcher->holds(json_object_get(wanted, key), &context);
}

/* A test inside of a plain value would be compared as it stands, and so never
 * hold. */
static int check_plain(const json_t *wanted, struct certspec_error *error) {
  const char *key = test_key(wanted);
  size_t i;
  json_t *value;
  const char *name;

  if (key != NULL) {
    return certspec_error_set(error, NULL, 0, "%s inside of a value", key);
  }
  json_array_foreach(wanted, i, value) {
    if (!check_plain(value, error)) {
      return 0;
    }
  }
  json_object_foreach((json_t *)wanted, name, value) {
    if (!check_plain(value, error)) {
      return 0;
    }
  }

  return 1;
}

static int check_list(const char *key, const json_t *list,
                      enum expectation_scope scope,
                      struct certspec_error *error) {
  size_t i;
  json_t *wanted;

  if (json_array_size(list) == 0) {
    return certspec_error_set(error, NULL, 0, "%s needs a list", key);
  }
  json_array_foreach(list, i, wanted) {
    if (!matcher_check(wanted, scope, error)) {
      return 0;
    }
  }

  return 1;
}

static int check_name(const char *key, const json_t *name,
                      enum expectation_scope scope,
                      struct certspec_error *error) {
  if (!json_is_string(name)) {
    return certspec_error_set(error, NULL, 0, "%s needs a name", key);
  }
  if (!expectation_known(json_string_value(name), scope)) {
    return certspec_error_set(error, NULL, 0, "%s: unknown name \"%s\"", key,
                              json_string_value(name));
  }

  return 1;
}

static int check_argument(const struct matcher *matcher, const json_t *argument,
                          enum expectation_scope scope,
                          struct certspec_error *error) {
  switch (matcher->argument) {
    case ARGUMENT_LIST:
      return check_list(matcher->key, argument, scope, error);
    case ARGUMENT_VALUE:
      return matcher_check(argument, scope, error);
    case ARGUMENT_NUMBER:
      return json_is_number(argument) ||
             certspec_error_set(error, NULL, 0, "%s needs a number",
                                matcher->key);
    case ARGUMENT_TEXT:
      return json_is_string(argument) ||
             certspec_error_set(error, NULL, 0, "%s needs a text",
                                matcher->key);
    case ARGUMENT_NAME:
      return check_name(matcher->key, argument, scope, error);
  }
  return 0;
}

int matcher_check(const json_t *wanted, enum expectation_scope scope,
                  struct certspec_error *error) {
  const char *key = test_key(wanted);

  if (key == NULL) {
    return check_plain(wanted, error);
  }
  if (json_object_size(wanted) != 1) {
    return certspec_error_set(error, NULL, 0, "%s is not alone in its object",
                              key);
  }

  const struct matcher *matcher = find(key);
  if (matcher == NULL) {
    return certspec_error_set(error, NULL, 0, "unknown test \"%s\"", key);
  }

  return check_argument(matcher, json_object_get(wanted, key), scope, error);
}
