#include "case_words.h"

#include <stdlib.h>
#include <string.h>

#include "client.h"

#define NUM(table) (sizeof(table) / sizeof((table)[0]))

struct phrase {
  const char *key;
  const char *words;
};

static const struct phrase MATCHERS[] = {
    {"$any_of", "any of"},
    {"$not", "not"},
    {"$at_least", "at least"},
    {"$at_most", "at most"},
    {"$contains", "something with"},
    {"$starts_with", "something that begins with"},
    {"$same_as", "the same as"},
};

/* Keys of "client" whose value follows the words. */
static const struct phrase CLIENT[] = {
    {"certificate", "its SSL_CTX has the certificate"},
    {"key", "its SSL_CTX has the key"},
    {"ssl_certificate", "each SSL object has the certificate"},
    {"ssl_key", "each SSL object has the key"},
    {"chain", "SSL_CTX_add_extra_chain_cert adds"},
    {"certificate_chain", "SSL_CTX_add1_chain_cert adds"},
    {"trust", "it trusts"},
    {"io", "its transport is"},
    {"datagrams", "datagrams:"},
    {"security_level", "its security level is"},
    {"options", "it sets"},
    {"modes", "it sets"},
    {"cert_flags", "it sets"},
    {"cipher_list", "its cipher list is"},
    {"ciphersuites", "its cipher suites are"},
    {"groups", "its groups are"},
    {"signature_algorithms", "its signature algorithms are"},
    {"client_signature_algorithms",
     "its signature algorithms for client certificates are"},
    {"certificate_compression", "it compresses certificates with"},
    {"client_certificate_types", "its certificate may be"},
    {"psk_use_session", "it offers the PSK from outside"},
    {"psk_client", "it offers, or its PSK suite takes, the PSK"},
    {"max_cert_list", "the server's chain may have, in bytes,"},
};

/* Flags of "client" and of the server's scenario. */
static const struct phrase FLAGS[] = {
    {"verify", "verifies the server"},
    {"post_handshake_auth", "offers post-handshake authentication"},
    {"request", "requests a certificate"},
    {"require", "insists on one"},
    {"hello_retry_request", "sends a HelloRetryRequest first"},
    {"extended_master_secret", "answers extended_master_secret"},
    {"resume", "takes up sessions"},
    {"session_id", "hands out session ids"},
};

static const struct phrase SERVER[] = {
    {"certificate", "has the certificate"},
    {"reject", "refuses the client's flight with the alert"},
    {"flight", "sends as its first flight"},
    {"finish", "sends as its last flight"},
    {"after", "does after the handshake"},
    {"resumed_flight", "sends when it resumes"},
    {"tickets", "sends session tickets:"},
    {"external_psk", "has the PSK from outside"},
    {"max_early_data", "allows 0-RTT data, in bytes:"},
    {"early_data", "answers 0-RTT data with"},
    {"certificate_request", "puts into its CertificateRequest"},
};

static const char *find(const struct phrase *table, size_t num,
                        const char *key) {
  for (size_t i = 0; i < num; i++) {
    if (strcmp(table[i].key, key) == 0) {
      return table[i].words;
    }
  }

  return NULL;
}

static void write_value(FILE *file, const json_t *value);

static void write_list(FILE *file, const json_t *list) {
  size_t i;
  json_t *item;

  if (json_array_size(list) == 0) {
    fputs("none", file);
  }
  json_array_foreach(list, i, item) {
    fputs(i > 0 ? ", " : "", file);
    write_value(file, item);
  }
}

/* Writes {"$not": value} as words. 1, or 0 when |value| is no matcher. */
static int write_matcher(FILE *file, const json_t *value) {
  const char *key = json_object_iter_key(json_object_iter((json_t *)value));
  const char *words =
      json_object_size(value) == 1 ? find(MATCHERS, NUM(MATCHERS), key) : NULL;

  if (words == NULL) {
    return 0;
  }

  fprintf(file, "%s ", words);
  write_value(file, json_object_get(value, key));
  return 1;
}

static void write_value(FILE *file, const json_t *value) {
  if (json_is_string(value)) {
    fputs(json_string_value(value), file);
    return;
  }
  if (json_is_array(value)) {
    write_list(file, value);
    return;
  }
  if (write_matcher(file, value)) {
    return;
  }

  char *text = json_dumps(value, JSON_ENCODE_ANY);
  fputs(text != NULL ? text : "", file);
  free(text);
}

char *case_words_value(const json_t *value) {
  char *text = NULL;
  size_t text_len = 0;
  FILE *file = open_memstream(&text, &text_len);

  if (file == NULL) {
    return NULL;
  }

  write_value(file, value);
  fclose(file);
  return text;
}

/* What a step has besides its name and what is judged: "on ssl b; data x". */
static void write_step(FILE *file, const json_t *step) {
  static const char *const apart[] = {"do",       "expect",     "expect_on",
                                      "observe",  "observe_on", "times",
                                      "protocols"};
  const char *key;
  json_t *value;
  const char *comma = " ";

  fputs(json_string_value(json_object_get(step, "do")), file);
  json_object_foreach((json_t *)step, key, value) {
    int is_apart = 0;

    for (size_t i = 0; i < NUM(apart); i++) {
      is_apart |= strcmp(key, apart[i]) == 0;
    }
    if (is_apart) {
      continue;
    }
    fprintf(file, "%s%s ", comma, key);
    write_value(file, value);
    comma = ", ";
  }
}

/* "hands over certificate a and key b, ". */
static void write_pair(FILE *file, const json_t *answer) {
  const json_t *certificate = json_object_get(answer, "certificate");
  const json_t *key = json_object_get(answer, "key");

  if (certificate == NULL && key == NULL) {
    return;
  }

  fputs(json_is_true(json_object_get(answer, "borrow")) ? "hands over a shared "
                                                        : "hands over ",
        file);
  if (certificate != NULL) {
    fputs("certificate ", file);
    write_value(file, certificate);
  }
  fputs(certificate != NULL && key != NULL ? " and " : "", file);
  if (key != NULL) {
    fputs("key ", file);
    write_value(file, key);
  }
  fputs(", ", file);
}

static void write_answer(FILE *file, const json_t *answer) {
  const json_t *value = json_object_get(answer, "return");
  const json_t *select = json_object_get(answer, "select");
  size_t i;
  json_t *step;

  json_array_foreach(json_object_get(answer, "do"), i, step) {
    fputs(i > 0 ? "then " : "does ", file);
    write_step(file, step);
    fputs(", ", file);
  }
  write_pair(file, answer);
  if (select != NULL) {
    fputs("hands over the first whose issuer the server lists, of ", file);
    write_value(file, select);
    fputs(", and returns 1, or 0 when it is none of them", file);
  }
  if (json_object_get(answer, "raise") != NULL) {
    fputs("raises ", file);
    write_value(file, json_object_get(answer, "raise"));
    fputs(", ", file);
  }
  if (value != NULL) {
    fputs("returns ", file);
    write_value(file, value);
  }
  if (json_is_integer(value) && json_integer_value(value) < 0) {
    fputs(" (suspends)", file);
  }
}

static void print_answers(FILE *file, const char *who, const json_t *answers) {
  size_t i;
  json_t *answer;
  json_int_t call = 1;

  if (json_array_size(answers) == 0) {
    fprintf(file, "  %s must not be called\n", who);
  }
  json_array_foreach(answers, i, answer) {
    const json_t *times = json_object_get(answer, "times");
    json_int_t last =
        call + (times != NULL ? json_integer_value(times) : 1) - 1;

    fprintf(file, "  %s, call %" JSON_INTEGER_FORMAT, who, call);
    if (last > call) {
      fprintf(file, " to %" JSON_INTEGER_FORMAT, last);
    }
    fputs(": ", file);
    write_answer(file, answer);
    fputc('\n', file);
    call = last + 1;
  }
}

/* The client's callbacks by their keys. */
static const struct phrase CALLBACKS[] = {
    {"callback", "client_cert_cb"},
    {"other_callback", "the other client_cert_cb"},
    {"cert_cb", "cert_cb"},
    {"engine", "the ENGINE's function"},
};

/* Prints one key of "client" or of a scenario in a line or more. */
static void print_key(FILE *file, const struct phrase *table, size_t num,
                      const char *key, const json_t *value) {
  const char *callback =
      table == CLIENT ? find(CALLBACKS, NUM(CALLBACKS), key) : NULL;
  const char *flag =
      json_is_boolean(value) ? find(FLAGS, NUM(FLAGS), key) : NULL;
  const char *words = find(table, num, key);

  if (callback != NULL) {
    print_answers(file, callback, value);
    return;
  }
  if (flag != NULL) {
    fprintf(file, "  %s%s\n", json_is_true(value) ? "" : "not: ", flag);
    return;
  }

  fprintf(file, "  %s ", words != NULL ? words : key);
  write_value(file, value);
  fputc('\n', file);
}

static void print_keys(FILE *file, const struct phrase *table, size_t num,
                       const json_t *keys) {
  const char *key;
  json_t *value;

  json_object_foreach((json_t *)keys, key, value) {
    if (strcmp(key, "contexts") != 0) {
      print_key(file, table, num, key, value);
    }
  }
}

/* Prints the part |key| of the case, and what each protocol changes in it. */
static void print_part(FILE *file, const char *title, const json_t *root,
                       const char *key, const struct phrase *table,
                       size_t num) {
  const json_t *part = json_object_get(root, key);
  char amended[32];
  const char *name;
  json_t *more;

  fprintf(file, "\n%s\n", title);
  if (json_object_size(part) == 0) {
    fputs("  nothing special\n", file);
  }
  print_keys(file, table, num, part);
  json_object_foreach(json_object_get(part, "contexts"), name, more) {
    fprintf(file, "  and an SSL_CTX called %s:\n", name);
    print_keys(file, table, num, more);
  }
  snprintf(amended, sizeof(amended), "%s_on", key);
  json_object_foreach(json_object_get(root, amended), name, more) {
    fprintf(file, "  on %s instead:\n", name);
    print_keys(file, table, num, more);
  }
}

static void print_wanted(FILE *file, const char *indent, const json_t *wanted) {
  const char *path;
  json_t *value;

  json_object_foreach((json_t *)wanted, path, value) {
    fprintf(file, "%s%s must be ", indent, path);
    write_value(file, value);
    fputc('\n', file);
  }
}

/* What a step, or the case at its end, must show or has recorded. */
static void print_judged(FILE *file, const char *indent, const json_t *object) {
  const json_t *observe = json_object_get(object, "observe");
  const char *protocol;
  json_t *more;

  print_wanted(file, indent, json_object_get(object, "expect"));
  json_object_foreach(json_object_get(object, "expect_on"), protocol, more) {
    fprintf(file, "%son %s:\n", indent, protocol);
    print_wanted(file, indent, more);
  }
  if (observe != NULL) {
    fprintf(file, "%srecorded: ", indent);
    write_value(file, observe);
    fputc('\n', file);
  }
  json_object_foreach(json_object_get(object, "observe_on"), protocol, more) {
    fprintf(file, "%srecorded on %s: ", indent, protocol);
    write_value(file, more);
    fputc('\n', file);
  }
}

static void print_statements(FILE *file,
                             const struct certspec_catalogue *catalogue,
                             const struct certspec_case *source) {
  size_t i;
  json_t *id;

  if (json_array_size(source->statements) == 0) {
    return;
  }

  fputs("\nit checks\n", file);
  json_array_foreach(source->statements, i, id) {
    const struct certspec_statement *statement =
        catalogue_find_statement(catalogue, json_string_value(id));

    if (statement != NULL) {
      fprintf(file, "  %s  %s, %s\n      %s\n", statement->id, statement->page,
              statement->section, statement->text);
    }
  }
}

static const char *about_step(const char *name) {
  size_t num;
  const struct step_about *steps = client_steps(&num);

  for (size_t i = 0; i < num; i++) {
    if (strcmp(steps[i].name, name) == 0) {
      return steps[i].about;
    }
  }

  return "";
}

/* Whether |step| is taken on |protocol|. */
static int is_taken(const json_t *step, const char *protocol) {
  const json_t *protocols = json_object_get(step, "protocols");
  size_t i;
  json_t *name;

  json_array_foreach(protocols, i, name) {
    if (strcmp(json_string_value(name), protocol) == 0) {
      return 1;
    }
  }

  return protocols == NULL;
}

/* The number of steps[index] in the plan of the first protocol that takes it.
 */
static json_int_t number_of(const struct certspec_case *source, size_t index) {
  const json_t *steps = json_object_get(source->root, "steps");
  const char *protocol = source->protocols[0]->name;
  json_int_t number = 0;

  for (size_t i = 0; i < source->num_protocols; i++) {
    if (is_taken(json_array_get(steps, index), source->protocols[i]->name)) {
      protocol = source->protocols[i]->name;
      break;
    }
  }
  for (size_t i = 0; i < index; i++) {
    const json_t *step = json_array_get(steps, i);
    const json_t *times = json_object_get(step, "times");

    if (is_taken(step, protocol)) {
      number += times != NULL ? json_integer_value(times) : 1;
    }
  }

  return number;
}

static void print_steps(FILE *file, const struct certspec_case *source) {
  size_t i;
  json_t *step;

  fputs("\nthe client does\n", file);
  json_array_foreach(json_object_get(source->root, "steps"), i, step) {
    const json_t *times = json_object_get(step, "times");
    const json_t *protocols = json_object_get(step, "protocols");

    fprintf(file, "  %" JSON_INTEGER_FORMAT ". ", number_of(source, i));
    write_step(file, step);
    if (times != NULL) {
      fprintf(file, ", %" JSON_INTEGER_FORMAT " times",
              json_integer_value(times));
    }
    if (protocols != NULL) {
      fputs(", only on ", file);
      write_value(file, protocols);
    }
    fprintf(file, "  (%s)\n",
            about_step(json_string_value(json_object_get(step, "do"))));
    print_judged(file, "       ", step);
  }
}

void case_words_print(FILE *file, const struct certspec_catalogue *catalogue,
                      const struct certspec_case *source) {
  fprintf(file, "%s (rev %d, %s)\n%s\n%s:%zu, on", source->id, source->rev,
          source->tier == TIER_DOCUMENTED ? "documented" : "observed",
          source->title, source->file, source->line);
  for (size_t i = 0; i < source->num_protocols; i++) {
    fprintf(file, " %s", source->protocols[i]->name);
  }
  fputc('\n', file);
  if (source->needs != NULL) {
    fputs("needs ", file);
    write_value(file, source->needs);
    fputc('\n', file);
  }
  print_statements(file, catalogue, source);
  print_part(file, "the client", source->root, "client", CLIENT, NUM(CLIENT));
  print_part(file, "the server", source->root, "server", SERVER, NUM(SERVER));
  print_steps(file, source);
  fputs("\nat the end\n", file);
  print_judged(file, "  ", source->root);
}
