#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "case.h"
#include "case_check.h"
#include "json_folder.h"
#include "json_shape.h"

static const char SUFFIX[] = ".json";

enum { ABOUT_SIZE = 256 };

/* What is known while the files are read one after the other. */
struct loading {
  struct certspec_catalogue *out;
  json_t *taken; /* "case suspend/x" to the place that has it */
  struct certspec_error *error;
};

/* Takes one |element|, which stands at |place| on line |line| of a document
 * headed |heading|: a page or a topic. */
typedef int load_element(struct loading *loading,
                         const struct json_place *place, json_t *element,
                         const char *heading, size_t line);

typedef int load_document(struct loading *loading,
                          const struct json_document *document);

static const struct json_rule MANUAL_RULES[] = {
    {"page", JSON_KIND_TEXT, JSON_REQUIRED},
    {"sentences", JSON_KIND_OBJECT, JSON_OPTIONAL},
    {"statements", JSON_KIND_ARRAY, JSON_REQUIRED},
};

static const struct json_rule TOPIC_RULES[] = {
    {"topic", JSON_KIND_TEXT, JSON_REQUIRED},
    {"cases", JSON_KIND_ARRAY, JSON_REQUIRED},
};

static int out_of_memory(struct certspec_error *error) {
  return certspec_error_set(error, NULL, 0, "out of memory");
}

/* Returns |array| with room for |more| elements of |size| bytes behind the
 * |num| that are there, or NULL with |error|. */
static void *grow(void *array, size_t num, size_t more, size_t size,
                  struct certspec_error *error) {
  /* One more than needed: an array of none is no failure. */
  void *grown = reallocarray(array, num + more + 1, size);
  if (grown == NULL) {
    out_of_memory(error);
  }

  return grown;
}

/* Writes "case suspend/x" for an |element| that has an id. Returns |out|, or
 * NULL when there is none to speak of. */
static const char *describe(char *out, const char *noun,
                            const json_t *element) {
  const char *id = json_string_value(json_object_get(element, "id"));
  if (id == NULL || id[0] == '\0') {
    return NULL;
  }

  snprintf(out, ABOUT_SIZE, "%s %s", noun, id);
  return out;
}

/* Takes the id of what stands at |place|, on line |line|, once. */
static int take_id(struct loading *loading, const struct json_place *place,
                   size_t line) {
  const char *before =
      json_string_value(json_object_get(loading->taken, place->about));
  if (before != NULL) {
    return json_place_error(place, "id", "the id is already used at %s",
                            before);
  }

  json_t *here = json_sprintf("%s:%zu", place->document->path, line);
  if (json_object_set_new(loading->taken, place->about, here) != 0) {
    return out_of_memory(loading->error);
  }

  return 1;
}

/* Takes the elements of |root|'s |key|, each of them a |noun|. */
static int load_elements(struct loading *loading, const struct json_place *root,
                         const char *key, const char *noun, const char *heading,
                         load_element *load) {
  json_t *elements = json_object_get(root->document->root, key);
  size_t *lines = calloc(json_array_size(elements) + 1, sizeof(*lines));
  if (lines == NULL) {
    return out_of_memory(loading->error);
  }

  const char *const path[] = {key, NULL};
  json_document_lines(root->document, path, lines, json_array_size(elements));
  const struct json_place list = json_place_key(root, key);
  int ok = 1;
  for (size_t i = 0; ok && i < json_array_size(elements); i++) {
    char about[ABOUT_SIZE];
    json_t *element = json_array_get(elements, i);
    struct json_place place = json_place_index(&list, i);
    place.about = describe(about, noun, element);
    ok = load(loading, &place, element, heading, lines[i]);
  }

  free(lines);
  return ok;
}

static int load_statement(struct loading *loading,
                          const struct json_place *place, json_t *statement,
                          const char *page, size_t line) {
  if (!statement_check(place, statement) || !take_id(loading, place, line)) {
    return 0;
  }

  struct certspec_catalogue *out = loading->out;
  out->statements[out->num_statements++] = (struct certspec_statement){
      .id = json_string_value(json_object_get(statement, "id")),
      .page = page,
      .section = json_string_value(json_object_get(statement, "section")),
      .text = json_string_value(json_object_get(statement, "text")),
      .untestable = json_string_value(json_object_get(statement, "untestable")),
  };
  return 1;
}

static int load_manual(struct loading *loading,
                       const struct json_document *document) {
  struct certspec_catalogue *out = loading->out;
  const struct json_place root = json_place_root(document, loading->error);
  if (!json_shape_check(&root, document->root, MANUAL_RULES,
                        JSON_NUM_RULES(MANUAL_RULES))) {
    return 0;
  }

  const json_t *statements = json_object_get(document->root, "statements");
  struct certspec_statement *grown =
      grow(out->statements, out->num_statements, json_array_size(statements),
           sizeof(*grown), loading->error);
  if (grown == NULL) {
    return 0;
  }

  out->statements = grown;
  const char *page = json_string_value(json_object_get(document->root, "page"));
  return load_elements(loading, &root, "statements", "statement", page,
                       load_statement);
}

/* Checks that the statements a case names are there and can be tested. */
static int check_statements(const struct certspec_catalogue *catalogue,
                            const struct json_place *place,
                            json_t *statements) {
  size_t index = 0;
  json_t *id = NULL;
  json_array_foreach(statements, index, id) {
    const struct certspec_statement *statement =
        catalogue_find_statement(catalogue, json_string_value(id));
    if (statement == NULL) {
      return json_place_error(place, "statements", "unknown statement \"%s\"",
                              json_string_value(id));
    }

    if (statement->untestable != NULL) {
      return json_place_error(place, "statements",
                              "statement \"%s\" is marked as untestable",
                              statement->id);
    }
  }

  return 1;
}

static int set_protocols(struct certspec_case *out, json_t *names,
                         struct certspec_error *error) {
  out->protocols = calloc(json_array_size(names), sizeof(struct protocol *));
  if (out->protocols == NULL) {
    return out_of_memory(error);
  }

  size_t index = 0;
  json_t *name = NULL;
  json_array_foreach(names, index, name) {
    out->protocols[index] = protocol_find(json_string_value(name));
  }
  out->num_protocols = json_array_size(names);
  return 1;
}

static int load_case(struct loading *loading, const struct json_place *place,
                     json_t *root, const char *topic, size_t line) {
  struct certspec_catalogue *out = loading->out;
  if (!case_check(place, root, topic) || !take_id(loading, place, line) ||
      !check_statements(out, place, json_object_get(root, "statements"))) {
    return 0;
  }

  const char *tier = json_string_value(json_object_get(root, "tier"));
  struct certspec_case *added = &out->cases[out->num_cases++];
  *added = (struct certspec_case){
      .id = json_string_value(json_object_get(root, "id")),
      .topic = topic,
      .rev = (int)json_integer_value(json_object_get(root, "rev")),
      .title = json_string_value(json_object_get(root, "title")),
      .tier = strcmp(tier, "observed") == 0 ? TIER_OBSERVED : TIER_DOCUMENTED,
      .statements = json_object_get(root, "statements"),
      .needs = json_object_get(root, "needs"),
      .root = root,
      .file = place->document->path + strlen(out->folder) + 1,
      .line = line,
  };
  return set_protocols(added, json_object_get(root, "protocols"),
                       loading->error);
}

/* Checks that |document| is called as its topic. */
static int check_topic(const struct json_place *place, const char *topic) {
  const char *path = place->document->path;
  const char *slash = strrchr(path, '/');
  const char *file = slash != NULL ? slash + 1 : path;
  const size_t stem_len = strlen(file) - strlen(SUFFIX);
  if (strlen(topic) != stem_len || memcmp(topic, file, stem_len) != 0) {
    return json_place_error(place, "topic",
                            "topic \"%s\" must be the file's name, \"%.*s\"",
                            topic, (int)stem_len, file);
  }

  return 1;
}

static int load_topic(struct loading *loading,
                      const struct json_document *document) {
  struct certspec_catalogue *out = loading->out;
  const struct json_place root = json_place_root(document, loading->error);
  if (!json_shape_check(&root, document->root, TOPIC_RULES,
                        JSON_NUM_RULES(TOPIC_RULES))) {
    return 0;
  }

  const char *topic =
      json_string_value(json_object_get(document->root, "topic"));
  if (!check_topic(&root, topic)) {
    return 0;
  }

  const json_t *cases = json_object_get(document->root, "cases");
  struct certspec_case *grown =
      grow(out->cases, out->num_cases, json_array_size(cases), sizeof(*grown),
           loading->error);
  if (grown == NULL) {
    return 0;
  }

  out->cases = grown;
  return load_elements(loading, &root, "cases", "case", topic, load_case);
}

/* What a file is read for. */
struct errand {
  struct loading *loading;
  load_document *load;
};

static int load_file(void *argument, const char *path,
                     struct certspec_error *error) {
  const struct errand *errand = argument;
  struct certspec_catalogue *out = errand->loading->out;
  const struct json_document *document =
      json_folder_add(&out->documents, &out->num_documents, path, error);

  return document != NULL && errand->load(errand->loading, document);
}

static int load_folder(struct loading *loading, const char *name,
                       load_document *load) {
  struct errand errand = {loading, load};
  char *folder = NULL;
  size_t num = 0;

  if (asprintf(&folder, "%s/%s", loading->out->folder, name) < 0) {
    return out_of_memory(loading->error);
  }

  int ok = json_folder_walk(&num, folder, load_file, &errand, loading->error);
  if (ok && num == 0) {
    ok = certspec_error_set(loading->error, folder, 0, "holds no *.json file");
  }
  free(folder);
  return ok;
}

static int compare_statements(const void *a, const void *b) {
  return strcmp(((const struct certspec_statement *)a)->id,
                ((const struct certspec_statement *)b)->id);
}

static int compare_cases(const void *a, const void *b) {
  return strcmp(((const struct certspec_case *)a)->id,
                ((const struct certspec_case *)b)->id);
}

static int load_all(struct loading *loading) {
  struct certspec_catalogue *out = loading->out;
  if (!load_folder(loading, "manual", load_manual)) {
    return 0;
  }

  /* Sorted before the cases are read: they look statements up. */
  qsort(out->statements, out->num_statements, sizeof(out->statements[0]),
        compare_statements);
  if (!load_folder(loading, "cases", load_topic)) {
    return 0;
  }

  qsort(out->cases, out->num_cases, sizeof(out->cases[0]), compare_cases);
  return 1;
}

int catalogue_load(struct certspec_catalogue *out, const char *folder,
                   struct certspec_error *error) {
  *out = (struct certspec_catalogue){.folder = strdup(folder)};
  struct loading loading = {.out = out, .taken = json_object(), .error = error};
  const int ok = out->folder != NULL && loading.taken != NULL
                     ? load_all(&loading)
                     : out_of_memory(error);
  json_decref(loading.taken);
  if (!ok) {
    catalogue_free(out);
  }

  return ok;
}

void catalogue_free(struct certspec_catalogue *catalogue) {
  for (size_t i = 0; i < catalogue->num_cases; i++) {
    free((void *)catalogue->cases[i].protocols);
  }
  for (size_t i = 0; i < catalogue->num_documents; i++) {
    json_document_free(&catalogue->documents[i]);
  }
  free(catalogue->cases);
  free(catalogue->statements);
  free(catalogue->documents);
  free(catalogue->folder);
  *catalogue = (struct certspec_catalogue){0};
}

const struct certspec_case *catalogue_find_case(
    const struct certspec_catalogue *catalogue, const char *id) {
  const struct certspec_case wanted = {.id = id};
  return catalogue->num_cases == 0
             ? NULL
             : bsearch(&wanted, catalogue->cases, catalogue->num_cases,
                       sizeof(catalogue->cases[0]), compare_cases);
}

const struct certspec_statement *catalogue_find_statement(
    const struct certspec_catalogue *catalogue, const char *id) {
  const struct certspec_statement wanted = {.id = id};
  return catalogue->num_statements == 0
             ? NULL
             : bsearch(&wanted, catalogue->statements,
                       catalogue->num_statements,
                       sizeof(catalogue->statements[0]), compare_statements);
}
