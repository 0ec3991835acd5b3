#include "json_text.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

json_t *json_text(const char *text) {
  json_t *value = json_string(text);

  if (value != NULL) {
    return value;
  }

  char *clean = strdup(text);
  if (clean == NULL) {
    return json_null();
  }
  for (char *at = clean; *at != '\0'; at++) {
    if ((unsigned char)*at >= 0x80) {
      *at = '?';
    }
  }
  value = json_string(clean);
  free(clean);
  return value;
}

static bool is_plain(const char *text) {
  while (*text >= ' ' && *text <= '~' && *text != '"' && *text != '\\') {
    text++;
  }

  return *text == '\0';
}

void json_text_print(const char *text, FILE *file) {
  if (is_plain(text)) {
    fprintf(file, "\"%s\"", text);
    return;
  }

  json_t *value = json_text(text);
  if (json_dumpf(value, file, JSON_ENCODE_ANY | JSON_ENSURE_ASCII) != 0) {
    fputs("null", file);
  }
  json_decref(value);
}
