#include "new_case.h"

#include <stdio.h>
#include <string.h>

#include "canonical.h"
#include "setup.h"

enum { CASE_INDENT = 4 };

/* Whether |text| is of the form that topics and names have: "minus-one". */
static int is_name(const char *text) {
  size_t len = strlen(text);

  return len > 0 &&
         strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789-") == len &&
         text[0] != '-' && text[len - 1] != '-' && strstr(text, "--") == NULL;
}

static int has_topic(const struct certspec_catalogue *catalogue,
                     const char *topic) {
  for (size_t i = 0; i < catalogue->num_cases; i++) {
    if (strcmp(catalogue->cases[i].topic, topic) == 0) {
      return 1;
    }
  }

  return 0;
}

static int check(const struct certspec_catalogue *catalogue,
                 const struct options *options, struct certspec_error *error) {
  for (size_t i = 0; i < 2; i++) {
    if (!is_name(options->cases.texts[i])) {
      return certspec_error_set(error, NULL, 0,
                                "new-case: \"%s\" is not of the form "
                                "words-with-hyphens, in lower case",
                                options->cases.texts[i]);
    }
  }
  if (!options->observed && options->statements.num_texts == 0) {
    return certspec_error_set(error, NULL, 0,
                              "new-case: a documented case checks a statement: "
                              "--statement ID, or --observed");
  }

  for (size_t i = 0; i < options->statements.num_texts; i++) {
    if (catalogue_find_statement(catalogue, options->statements.texts[i]) ==
        NULL) {
      return certspec_error_set(error, NULL, 0, "no statement \"%s\"",
                                options->statements.texts[i]);
    }
  }
  for (size_t i = 0; i < options->protocols.num_texts; i++) {
    if (protocol_find(options->protocols.texts[i]) == NULL) {
      return certspec_error_set(error, NULL, 0, "no protocol \"%s\"",
                                options->protocols.texts[i]);
    }
  }
  return 1;
}

/* The texts, each once. */
static json_t *set_of(const struct text_list *list) {
  json_t *seen = json_object();
  json_t *set = json_array();

  for (size_t i = 0; i < list->num_texts; i++) {
    if (json_object_get(seen, list->texts[i]) == NULL) {
      json_object_set_new(seen, list->texts[i], json_true());
      json_array_append_new(set, json_string(list->texts[i]));
    }
  }

  json_decref(seen);
  return set;
}

static json_t *documented_steps(json_t *root) {
  json_object_set_new(root, "steps",
                      json_pack("[{s:s, s:{s:i, s:i}}]", "do", "handshake",
                                "expect", "return", 1, "callback_calls", 1));
  json_object_set_new(
      root, "expect",
      json_pack("{s:[s], s:s}", "server.certificates", "ecdsa-leaf",
                "server.certificate_verify", "valid"));
  return root;
}

static json_t *observed_steps(json_t *root) {
  json_object_set_new(root, "steps",
                      json_pack("[{s:s, s:[s, s]}]", "do", "handshake",
                                "observe", "return", "error"));
  json_object_set_new(
      root, "observe",
      json_pack("[s, s]", "callback_calls", "server.certificates"));
  return root;
}

json_t *new_case_make(const struct certspec_catalogue *catalogue,
                      const struct options *options,
                      struct certspec_error *error) {
  const char *topic = options->cases.texts[0];
  const char *name = options->cases.texts[1];
  char id[256];

  if (!check(catalogue, options, error)) {
    return NULL;
  }
  if ((size_t)snprintf(id, sizeof(id), "%s/%s", topic, name) >= sizeof(id)) {
    certspec_error_set(error, NULL, 0, "new-case: the name is too long");
    return NULL;
  }

  const struct certspec_case *taken = catalogue_find_case(catalogue, id);
  if (taken != NULL) {
    certspec_error_set(error, taken->file, taken->line,
                       "there is a case \"%s\" already", id);
    return NULL;
  }

  json_t *protocols = options->protocols.num_texts > 0
                          ? set_of(&options->protocols)
                          : json_pack("[s, s]", "TLSv1.2", "TLSv1.3");
  json_t *root = json_pack(
      "{s:s, s:i, s:s, s:o, s:s, s:o, s:{s:[{s:i, s:s, s:s}]}, s:{s:b}}", "id",
      id, "rev", 1, "title", "say in one line what this case shows",
      "statements", set_of(&options->statements), "tier",
      options->observed ? "observed" : "documented", "protocols", protocols,
      "client", "callback", "return", 1, "certificate", "ecdsa-leaf", "key",
      "ecdsa-leaf", "server", "request", 1);
  if (root == NULL) {
    certspec_error_set(error, NULL, 0, "out of memory");
    return NULL;
  }

  return options->observed ? observed_steps(root) : documented_steps(root);
}

/* Prints |root| as it stands in a file of cases, or all of a new file. */
static int print(const json_t *root, const char *topic, int is_new) {
  if (is_new) {
    printf("{\n  \"topic\": \"%s\",\n  \"cases\": [\n", topic);
  }
  printf("%*s", CASE_INDENT, "");
  int ok = canonical_print(stdout, root, CASE_INDENT);
  putchar('\n');
  if (is_new) {
    puts("  ]\n}");
  }
  return ok;
}

int new_case_print(const struct options *options) {
  struct certspec_error error;
  struct certspec_catalogue catalogue;
  int code = EXIT_GREEN;

  if (!catalogue_load(&catalogue, options->vectors, &error)) {
    return setup_complain(&error, EXIT_BAD_INPUT);
  }

  json_t *root = new_case_make(&catalogue, options, &error);
  if (root == NULL) {
    code = setup_complain(&error, EXIT_BAD_INPUT);
  } else {
    const char *topic = options->cases.texts[0];
    int is_new = !has_topic(&catalogue, topic);

    if (!print(root, topic, is_new)) {
      certspec_error_set(&error, NULL, 0, "out of memory");
      code = setup_complain(&error, EXIT_OWN_FAULT);
    }
    fprintf(stderr, "%s %s/cases/%s.json; check with vectors/check.py\n",
            is_new ? "this is all of" : "goes into \"cases\" of",
            options->vectors, topic);
  }

  json_decref(root);
  catalogue_free(&catalogue);
  return code;
}
