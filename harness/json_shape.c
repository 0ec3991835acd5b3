#include "json_shape.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Deeper than any place that is spoken of. */
enum { PLACE_DEPTH_MAX = 16, INDEX_TEXT_SIZE = 24 };

static const char *const KIND_WORDS[] = {
    [JSON_KIND_TEXT] = "a text that is not empty",
    [JSON_KIND_INTEGER] = "a whole number",
    [JSON_KIND_BOOLEAN] = "true or false",
    [JSON_KIND_OBJECT] = "an object",
    [JSON_KIND_ARRAY] = "a list",
    [JSON_KIND_TEXTS] = "a list of different texts, none of them empty",
};

struct json_place json_place_root(const struct json_document *document,
                                  struct certspec_error *error) {
  return (struct json_place){.document = document, .error = error};
}

struct json_place json_place_key(const struct json_place *parent,
                                 const char *key) {
  return (struct json_place){.document = parent->document,
                             .error = parent->error,
                             .parent = parent,
                             .key = key};
}

struct json_place json_place_index(const struct json_place *parent,
                                   size_t index) {
  return (struct json_place){.document = parent->document,
                             .error = parent->error,
                             .parent = parent,
                             .index = index};
}

size_t json_place_line(const struct json_place *place) {
  const char *path[PLACE_DEPTH_MAX + 1];
  char indices[PLACE_DEPTH_MAX][INDEX_TEXT_SIZE];
  size_t first = PLACE_DEPTH_MAX;
  path[first] = NULL;
  for (; place->parent != NULL && first > 0; place = place->parent) {
    first--;
    path[first] = place->key;
    if (place->key == NULL) {
      snprintf(indices[first], INDEX_TEXT_SIZE, "#%zu", place->index);
      path[first] = indices[first];
    }
  }

  return json_document_line(place->document, path + first);
}

/* Writes "steps[2].expect" into |out|: the way to |place| from the nearest
 * place around it that has an about. Returns that about, or NULL. */
static const char *describe(const struct json_place *place, char *out,
                            size_t out_size) {
  if (place->parent == NULL || place->about != NULL) {
    out[0] = '\0';
    return place->about;
  }

  const char *about = describe(place->parent, out, out_size);
  const size_t used = strlen(out);
  if (place->key == NULL) {
    snprintf(out + used, out_size - used, "[%zu]", place->index);
  } else {
    snprintf(out + used, out_size - used, "%s%s", used > 0 ? "." : "",
             place->key);
  }

  return about;
}

int json_place_error(const struct json_place *place, const char *key,
                     const char *format, ...) {
  char cause[sizeof(place->error->text)];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(cause, sizeof(cause), format, arguments);
  va_end(arguments);

  char way[256];
  const char *about = describe(place, way, sizeof(way));
  const struct json_place at_key = json_place_key(place, key);
  const size_t line = json_place_line(key != NULL ? &at_key : place);
  return certspec_error_set(place->error, place->document->path, line,
                            "%s%s%s%s%s", about != NULL ? about : "",
                            about != NULL ? ": " : "", way,
                            way[0] != '\0' ? ": " : "", cause);
}

static int is_text(const json_t *value) {
  return json_is_string(value) && json_string_length(value) > 0;
}

static int is_texts(json_t *value) {
  if (!json_is_array(value)) {
    return 0;
  }

  size_t index = 0;
  json_t *element = NULL;
  json_array_foreach(value, index, element) {
    if (!is_text(element)) {
      return 0;
    }

    for (size_t other = 0; other < index; other++) {
      if (json_equal(element, json_array_get(value, other))) {
        return 0;
      }
    }
  }

  return 1;
}

static int is_kind(json_t *value, enum json_kind kind) {
  switch (kind) {
    case JSON_KIND_TEXT:
      return is_text(value);
    case JSON_KIND_INTEGER:
      return json_is_integer(value);
    case JSON_KIND_BOOLEAN:
      return json_is_boolean(value);
    case JSON_KIND_OBJECT:
      return json_is_object(value);
    case JSON_KIND_ARRAY:
      return json_is_array(value);
    case JSON_KIND_TEXTS:
      return is_texts(value);
  }

  return 0;
}

static int has_rule(const char *key, const struct json_rule *rules,
                    size_t num_rules) {
  for (size_t i = 0; i < num_rules; i++) {
    if (strcmp(rules[i].key, key) == 0) {
      return 1;
    }
  }

  return 0;
}

int json_shape_check_known(const struct json_place *place, json_t *value,
                           const struct json_rule *rules, size_t num_rules) {
  if (!json_is_object(value)) {
    return json_place_error(place, NULL, "must be an object");
  }

  for (size_t i = 0; i < num_rules; i++) {
    const struct json_rule *rule = &rules[i];
    json_t *member = json_object_get(value, rule->key);
    if (member == NULL && rule->need == JSON_REQUIRED) {
      return json_place_error(place, NULL, "missing key \"%s\"", rule->key);
    }

    if (member != NULL && !is_kind(member, rule->kind)) {
      return json_place_error(place, rule->key, "\"%s\" must be %s", rule->key,
                              KIND_WORDS[rule->kind]);
    }
  }

  return 1;
}

int json_shape_check(const struct json_place *place, json_t *value,
                     const struct json_rule *rules, size_t num_rules) {
  const char *key = NULL;
  json_t *member = NULL;
  json_object_foreach(value, key, member) {
    if (!has_rule(key, rules, num_rules)) {
      return json_place_error(place, key, "unknown key \"%s\"", key);
    }
  }

  return json_shape_check_known(place, value, rules, num_rules);
}
