#include "scenario.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NUM(table) (sizeof(table) / sizeof((table)[0]))

static const struct identity_about identities[] = {
    {NULL, KEY_REFUSED, '.'},          {"ecdsa-leaf", KEY_ECDSA, 'e'},
    {"ecdsa-leaf-2", KEY_ECDSA, 'f'},  {"ecdsa-leaf-of-root", KEY_ECDSA, 'g'},
    {"other-leaf", KEY_ECDSA, 'o'},    {"rsa-leaf", KEY_RSA, 'r'},
    {"rsa-leaf-2", KEY_RSA, 's'},      {"ed25519-leaf", KEY_ED25519, 'd'},
    {"x25519-leaf", KEY_REFUSED, 'x'},
};

static const char letters[NUM_OPERATION_KINDS] = {
    [OPERATION_CALL] = 'h',
    [OPERATION_BLOCKING] = 'b',
    [OPERATION_SETTLE] = 'S',
    [OPERATION_SET_NULL] = 'N',
    [OPERATION_SET_CALLBACK] = 'C',
    [OPERATION_CLEAR] = 'l',
    [OPERATION_NEW] = 'w',
    [OPERATION_RESUME] = 'm',
    [OPERATION_DUP] = 'd',
    [OPERATION_SET_SSL_CTX] = 'x',
    [OPERATION_USE_CERTIFICATE] = 'u', /* and two identities */
    [OPERATION_CERTS_CLEAR] = 'k',
    [OPERATION_RENEGOTIATE] = 'r',
    [OPERATION_POST_HANDSHAKE_AUTH] = 'p',
};

const char *const request_names[NUM_REQUESTS] = {"none", "request", "require",
                                                 "later"};
const char *const list_names[NUM_LISTS] = {"none", "empty", "one", "several"};
const char *const algorithms_names[NUM_ALGORITHMS] = {"any", "ecdsa", "rsa"};

const struct identity_about *identity_table(size_t *out_num) {
  *out_num = NUM(identities);
  return identities;
}

const char *identity_name(identity which) {
  return identities[which].name;
}

identity identity_find(const char *name) {
  if (name == NULL) {
    return IDENTITY_NONE;
  }
  for (size_t i = 1; i < NUM(identities); i++) {
    if (strcmp(identities[i].name, name) == 0) {
      return (identity)i;
    }
  }

  return IDENTITY_UNKNOWN;
}

identity scenario_other_certificate(void) {
  return identity_find("other-leaf");
}

struct answer scenario_answer(const struct scenario *scenario, unsigned call) {
  for (size_t i = 0; i < scenario->num_answers; i++) {
    if (call < scenario->answers[i].times) {
      return scenario->answers[i];
    }
    call -= scenario->answers[i].times;
  }

  return (struct answer){.returns = 0, .times = 1};
}

bool scenario_resumes(const struct scenario *scenario) {
  for (size_t i = 0; i < scenario->num_operations; i++) {
    if (scenario->operations[i].kind == OPERATION_RESUME) {
      return true;
    }
  }

  return false;
}

int scenario_ca_names(const struct scenario *scenario) {
  return scenario->list == LIST_SEVERAL ? SCENARIO_LIST_OF_SEVERAL
                                        : scenario->list == LIST_ONE;
}

void scenario_drop_operation(struct scenario *scenario, size_t index) {
  scenario->num_operations--;
  memmove(&scenario->operations[index], &scenario->operations[index + 1],
          (scenario->num_operations - index) * sizeof(struct operation));
}

static int letter_identity(identity *out, char letter) {
  for (size_t i = 0; i < NUM(identities); i++) {
    if (identities[i].letter == letter) {
      *out = (identity)i;
      return 1;
    }
  }

  return 0;
}

/* Reads two letters: a certificate, and a key. */
static int parse_pair(identity *out_certificate, identity *out_key,
                      const char **text) {
  int ok = letter_identity(out_certificate, (*text)[0]) &&
           letter_identity(out_key, (*text)[1]);

  *text += ok ? 2 : 0;
  return ok;
}

static int parse_number(int *out, const char **text) {
  char *end;
  long value = strtol(*text, &end, 10);

  if (end == *text || value < INT_MIN || value > INT_MAX) {
    return 0;
  }

  *out = (int)value;
  *text = end;
  return 1;
}

/* "-1*2", "1ee", "0" */
static int parse_answer(struct answer *out, const char **text) {
  int times = 1;

  *out = (struct answer){0};
  if (!parse_number(&out->returns, text)) {
    return 0;
  }
  if (**text != '\0' && **text != ',' && **text != '*' &&
      !parse_pair(&out->certificate, &out->key, text)) {
    return 0;
  }
  if (**text == '*') {
    ++*text;
    if (!parse_number(&times, text) || times < 1) {
      return 0;
    }
  }

  out->times = (unsigned)times;
  return **text == '\0' || *(*text)++ == ',';
}

static int parse_script(struct scenario *out, const char *text) {
  if (strcmp(text, "null") == 0) {
    return 1;
  }

  out->callback = true;
  while (*text != '\0') {
    if (out->num_answers == SCENARIO_MAX_ANSWERS ||
        !parse_answer(&out->answers[out->num_answers++], &text)) {
      return 0;
    }
  }

  return 1;
}

static int parse_preset(struct scenario *out, const char *text) {
  if (strcmp(text, "none") == 0) {
    return 1;
  }
  if (strncmp(text, "ctx=", 4) != 0 && strncmp(text, "ssl=", 4) != 0) {
    return 0;
  }

  out->preset_on_ctx = text[0] == 'c';
  text += 4;
  return parse_pair(&out->preset_certificate, &out->preset_key, &text) &&
         *text == '\0';
}

static int parse_operations(struct scenario *out, const char *text) {
  while (*text != '\0') {
    const char *letter = memchr(letters, *text++, sizeof(letters));
    if (letter == NULL || out->num_operations == SCENARIO_MAX_OPERATIONS) {
      return 0;
    }

    struct operation *operation = &out->operations[out->num_operations++];
    operation->kind = (enum operation_kind)(letter - letters);
    if (operation->kind == OPERATION_USE_CERTIFICATE &&
        !parse_pair(&operation->certificate, &operation->key, &text)) {
      return 0;
    }
  }

  return 1;
}

static int find_name(unsigned *out, const char *const *names, size_t num,
                     const char *name) {
  for (size_t i = 0; i < num; i++) {
    if (strcmp(names[i], name) == 0) {
      *out = (unsigned)i;
      return 1;
    }
  }

  return 0;
}

static int parse_protocol(struct scenario *out, const char *text) {
  out->protocol = protocol_find(text);
  return out->protocol != NULL && out->protocol->kind != PROTOCOL_QUIC;
}

static int parse_request(struct scenario *out, const char *text) {
  return find_name(&out->request, request_names, NUM_REQUESTS, text);
}

static int parse_list(struct scenario *out, const char *text) {
  return find_name(&out->list, list_names, NUM_LISTS, text);
}

static int parse_algorithms(struct scenario *out, const char *text) {
  return find_name(&out->algorithms, algorithms_names, NUM_ALGORITHMS, text);
}

static const struct {
  const char *name;
  int (*parse)(struct scenario *out, const char *text);
} fields[] = {
    {"PROTOCOL", parse_protocol},     {"REQUEST", parse_request},
    {"PRESET", parse_preset},         {"LIST", parse_list},
    {"ALGORITHMS", parse_algorithms}, {"SCRIPT", parse_script},
    {"OPERATIONS", parse_operations},
};

int scenario_parse(struct scenario *out, const char *code,
                   struct certspec_error *error) {
  char copy[SCENARIO_MAX_CODE];
  char *next = copy;

  *out = (struct scenario){0};
  size_t code_len = strlen(code);
  if (code_len >= sizeof(copy)) {
    return certspec_error_set(error, NULL, 0,
                              "the scenario's code is too long");
  }

  memcpy(copy, code, code_len + 1);
  for (size_t i = 0; i < NUM(fields); i++) {
    const char *field = strsep(&next, ":");
    if (field == NULL) {
      return certspec_error_set(error, NULL, 0, "scenario \"%s\": it has no %s",
                                code, fields[i].name);
    }
    if (!fields[i].parse(out, field)) {
      return certspec_error_set(error, NULL, 0,
                                "scenario \"%s\": \"%s\" is no %s", code, field,
                                fields[i].name);
    }
  }
  if (next != NULL) {
    return certspec_error_set(error, NULL, 0,
                              "scenario \"%s\": \"%s\" too many", code, next);
  }

  return 1;
}

static void print_pair(FILE *file, identity certificate, identity key) {
  fprintf(file, "%c%c", identities[certificate].letter, identities[key].letter);
}

static void print_script(FILE *file, const struct scenario *scenario) {
  if (!scenario->callback) {
    fputs("null", file);
    return;
  }

  for (size_t i = 0; i < scenario->num_answers; i++) {
    const struct answer *answer = &scenario->answers[i];
    fprintf(file, "%s%d", i == 0 ? "" : ",", answer->returns);
    if (answer->certificate != IDENTITY_NONE || answer->key != IDENTITY_NONE) {
      print_pair(file, answer->certificate, answer->key);
    }
    if (answer->times > 1) {
      fprintf(file, "*%u", answer->times);
    }
  }
}

static void print_preset(FILE *file, const struct scenario *scenario) {
  if (scenario->preset_certificate == IDENTITY_NONE &&
      scenario->preset_key == IDENTITY_NONE) {
    fputs("none", file);
    return;
  }

  fputs(scenario->preset_on_ctx ? "ctx=" : "ssl=", file);
  print_pair(file, scenario->preset_certificate, scenario->preset_key);
}

void scenario_print(char *out, const struct scenario *scenario) {
  FILE *file = fmemopen(out, SCENARIO_MAX_CODE, "w");

  if (file == NULL) {
    out[0] = '\0';
    return;
  }

  fprintf(file, "%s:%s:", scenario->protocol->name,
          request_names[scenario->request]);
  print_preset(file, scenario);
  fprintf(file, ":%s:%s:", list_names[scenario->list],
          algorithms_names[scenario->algorithms]);
  print_script(file, scenario);
  putc(':', file);
  for (size_t i = 0; i < scenario->num_operations; i++) {
    const struct operation *operation = &scenario->operations[i];
    putc(letters[operation->kind], file);
    if (operation->kind == OPERATION_USE_CERTIFICATE) {
      print_pair(file, operation->certificate, operation->key);
    }
  }
  fclose(file);
  out[SCENARIO_MAX_CODE - 1] = '\0';
}
