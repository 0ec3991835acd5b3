#include "explain.h"

#include <stdlib.h>
#include <string.h>

#define RED "\033[31m"
#define GREEN "\033[32m"
#define YELLOW "\033[33m"
#define RESET "\033[0m"

static const char *text_of(const json_t *object, const char *key) {
  const char *text = json_string_value(json_object_get(object, key));

  return text != NULL ? text : "";
}

static const char *verdict_color(enum verdict verdict) {
  switch (verdict_exit(verdict)) {
    case 0:
      return verdict == VERDICT_PASS || verdict == VERDICT_PINNED ? GREEN
                                                                  : YELLOW;
    case 89:
      return YELLOW;
    default:
      return RED;
  }
}

void explain_verdict(FILE *file, enum verdict verdict, bool color) {
  fprintf(file, "%s%s%s", color ? verdict_color(verdict) : "",
          verdict_name(verdict), color ? RESET : "");
}

static enum verdict verdict_called(const char *name) {
  for (int i = 0; i < VERDICT_COUNT; i++) {
    if (strcmp(verdict_name((enum verdict)i), name) == 0) {
      return (enum verdict)i;
    }
  }

  return VERDICT_ERROR;
}

static void print_value(FILE *file, const char *label, const json_t *value) {
  char *text =
      value == NULL
          ? NULL
          : json_dumps(value, JSON_ENCODE_ANY | JSON_REAL_PRECISION(9));

  fprintf(file, "      %s %s\n", label, text != NULL ? text : "-");
  free(text);
}

static void print_differences(FILE *file, const json_t *run) {
  const json_t *got = json_object_get(run, "got");
  const json_t *want = json_object_get(run, "want");
  const char *path;
  json_t *value;

  json_object_foreach((json_t *)want, path, value) {
    fprintf(file, "    %s\n", path);
    print_value(file, "want", value);
    print_value(file, "got ", json_object_get(got, path));
  }
  json_object_foreach((json_t *)got, path, value) {
    if (json_object_get(want, path) == NULL) {
      fprintf(file, "    %s\n", path);
      print_value(file, "got ", value);
    }
  }
}

/* One end's view: "-> ClientHello 223" on the client's side. */
static void write_entry(const json_t *entry, char *out, size_t out_size) {
  const char *direction = text_of(entry, "direction");
  const char *kind = text_of(entry, "kind");
  const char *detail = text_of(entry, "detail");
  const json_t *length = json_object_get(entry, "length");
  const char *arrow = strcmp(direction, "sent") == 0       ? "-> "
                      : strcmp(direction, "received") == 0 ? "<- "
                                                           : "";
  char number[32] = "";

  if (json_is_integer(length)) {
    snprintf(number, sizeof(number), " %lld",
             (long long)json_integer_value(length));
  }
  snprintf(out, out_size, "%s%s%s%s%s%s%s", arrow,
           strcmp(kind, "message") == 0 ? "" : kind,
           strcmp(kind, "message") == 0 ? "" : " ", text_of(entry, "name"),
           number, detail[0] != '\0' ? " " : "", detail);
}

static void print_ladder(FILE *file, const json_t *ladder) {
  size_t i;
  json_t *entry;

  if (json_array_size(ladder) == 0) {
    return;
  }

  fprintf(file, "    %9s  %-50s %s\n", "ms", "client", "server");
  json_array_foreach(ladder, i, entry) {
    bool server = strcmp(text_of(entry, "side"), "server") == 0;
    char text[256];

    write_entry(entry, text, sizeof(text));
    fprintf(file, "    %9.3f  ",
            json_number_value(json_object_get(entry, "t")));
    if (server) {
      fprintf(file, "%-50s %s\n", "", text);
    } else {
      fprintf(file, "%s\n", text);
    }
  }
}

/* Every line of |text| is indented. */
static void print_indented(FILE *file, const char *text) {
  while (*text != '\0') {
    size_t line_len = strcspn(text, "\n");

    fprintf(file, "      %.*s\n", (int)line_len, text);
    text += line_len + (text[line_len] == '\n');
  }
}

void explain_run(FILE *file, const json_t *run, bool color) {
  const json_t *observation = json_object_get(run, "observation");
  const char *reason = text_of(run, "reason");
  const char *errors = text_of(observation, "stderr");
  size_t i;
  json_t *id;

  explain_verdict(file, verdict_called(text_of(run, "verdict")), color);
  fprintf(file, "  %s  %s\n    %s\n", text_of(run, "case"),
          text_of(run, "protocol"), text_of(run, "title"));
  if (json_array_size(json_object_get(run, "statements")) > 0) {
    fputs("    checks", file);
    json_array_foreach(json_object_get(run, "statements"), i, id) {
      fprintf(file, " %s", json_string_value(id));
    }
    fputc('\n', file);
  }
  if (reason[0] != '\0') {
    fprintf(file, "    reason: %s\n", reason);
  }
  print_differences(file, run);
  print_ladder(file, json_object_get(observation, "log"));
  if (errors[0] != '\0') {
    fputs("    stderr of the client:\n", file);
    print_indented(file, errors);
  }
  fprintf(file, "    again: %s\n", text_of(run, "reproduce"));
}
