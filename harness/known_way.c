#include "known_way.h"

#include <stdlib.h>
#include <string.h>

#include "json_folder.h"
#include "json_shape.h"
#include "scenario.h"
#include "subject.h"

static const struct json_rule file_rules[] = {
    {"library", JSON_KIND_TEXT, JSON_REQUIRED},
    {"line", JSON_KIND_TEXT, JSON_REQUIRED},
    {"ways", JSON_KIND_ARRAY, JSON_REQUIRED},
};

static const struct json_rule way_rules[] = {
    {"id", JSON_KIND_TEXT, JSON_REQUIRED},
    {"versions", JSON_KIND_TEXTS, JSON_REQUIRED},
    {"scenario", JSON_KIND_TEXT, JSON_REQUIRED},
    {"reason", JSON_KIND_TEXT, JSON_REQUIRED},
    {"link", JSON_KIND_TEXT, JSON_OPTIONAL},
};

uint64_t known_ways_bits(const struct known_ways *ways) {
  uint64_t bits = 0;

  for (size_t i = 0; i < ways->num_ways; i++) {
    bits |= (uint64_t)1 << ways->ways[i].way;
  }
  return bits;
}

const struct known_way *known_ways_find(const struct known_ways *ways,
                                        enum model_way way) {
  for (size_t i = 0; i < ways->num_ways; i++) {
    if (ways->ways[i].way == way) {
      return &ways->ways[i];
    }
  }

  return NULL;
}

static const char *text_of(const json_t *item, const char *key) {
  return json_string_value(json_object_get(item, key));
}

/* Every file is checked, also that of another library. */
static int add_way(struct known_ways *ways, const struct json_place *place,
                   json_t *item, bool is_ours) {
  struct certspec_error error;
  struct scenario scenario;

  if (!json_shape_check(place, item, way_rules, JSON_NUM_RULES(way_rules))) {
    return 0;
  }

  struct known_way way = {.way = model_way_find(text_of(item, "id")),
                          .reason = text_of(item, "reason"),
                          .link = text_of(item, "link"),
                          .scenario = text_of(item, "scenario")};
  int holds = subject_version_in(json_object_get(item, "versions"));

  if (way.way == NUM_MODEL_WAYS) {
    return json_place_error(place, "id", "the model knows no such way");
  }
  if (holds < 0) {
    return json_place_error(place, "versions", "\"versions\" is malformed");
  }
  if (!scenario_parse(&scenario, way.scenario, &error)) {
    return json_place_error(place, "scenario", "%s", error.text);
  }
  if (!holds || !is_ours) {
    return 1;
  }
  if (known_ways_find(ways, way.way) != NULL) {
    return json_place_error(place, "id", "it stands twice");
  }

  ways->ways[ways->num_ways++] = way;
  return 1;
}

static int add_document(struct known_ways *ways,
                        const struct json_document *document,
                        struct certspec_error *error) {
  struct json_place root = json_place_root(document, error);
  size_t i;
  json_t *item;

  if (!json_shape_check(&root, document->root, file_rules,
                        JSON_NUM_RULES(file_rules))) {
    return 0;
  }
  struct json_place list = json_place_key(&root, "ways");
  bool is_ours =
      strcmp(text_of(document->root, "library"), subject_library()) == 0;
  json_array_foreach(json_object_get(document->root, "ways"), i, item) {
    struct json_place place = json_place_index(&list, i);

    place.about = text_of(item, "id");
    if (!add_way(ways, &place, item, is_ours)) {
      return 0;
    }
  }

  return 1;
}

static int load_document(void *argument, const char *path,
                         struct certspec_error *error) {
  struct known_ways *ways = argument;
  const struct json_document *document =
      json_folder_add(&ways->documents, &ways->num_documents, path, error);

  return document != NULL && add_document(ways, document, error);
}

int known_ways_load(struct known_ways *out, const char *vectors,
                    struct certspec_error *error) {
  *out = (struct known_ways){0};
  if (!json_folder_walk_known(vectors, "ways", load_document, out, error)) {
    known_ways_free(out);
    return 0;
  }

  return 1;
}

void known_ways_free(struct known_ways *ways) {
  for (size_t i = 0; i < ways->num_documents; i++) {
    json_document_free(&ways->documents[i]);
  }
  free(ways->documents);
  *ways = (struct known_ways){0};
}
