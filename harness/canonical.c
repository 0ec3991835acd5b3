#include "canonical.h"

#include <stdlib.h>
#include <string.h>

enum { COLUMNS = 120, STEP = 2 };

/* The columns that |text|, UTF-8, takes: one a code point. */
static size_t columns_of(const char *text) {
  size_t columns = 0;

  for (; *text != '\0'; text++) {
    columns += ((unsigned char)*text & 0xc0) != 0x80;
  }

  return columns;
}

static int print(FILE *file, const json_t *value, size_t indent, size_t taken);

/* One line of an object (with |key|) or of an array, after its indent. */
static int print_member(FILE *file, const char *key, const json_t *value,
                        size_t indent, int is_last) {
  size_t taken = indent + (is_last ? 0 : 1);
  json_t *name = key != NULL ? json_string(key) : NULL;
  char *text = name != NULL ? json_dumps(name, JSON_ENCODE_ANY) : NULL;
  int ok = key == NULL || text != NULL;

  fprintf(file, "%*s", (int)indent, "");
  if (text != NULL) {
    fprintf(file, "%s: ", text);
    taken += columns_of(text) + 2;
  }
  ok = ok && print(file, value, indent, taken);
  fputs(is_last ? "\n" : ",\n", file);
  json_decref(name);
  free(text);
  return ok;
}

static int print_members(FILE *file, const json_t *value, size_t indent) {
  size_t num =
      json_is_object(value) ? json_object_size(value) : json_array_size(value);
  size_t i = 0;
  const char *key;
  json_t *member;
  int ok = 1;

  json_object_foreach((json_t *)value, key, member) {
    ok &= print_member(file, key, member, indent, ++i == num);
  }
  json_array_foreach(value, i, member) {
    ok &= print_member(file, NULL, member, indent, i + 1 == num);
  }

  return ok;
}

/* |taken|: columns of the value's line that are in use, a comma after it
 * included. */
static int print(FILE *file, const json_t *value, size_t indent, size_t taken) {
  char *line = json_dumps(value, JSON_ENCODE_ANY);
  int ok = line != NULL;
  int is_object = json_is_object(value);

  if (!ok) {
    return 0;
  }

  if ((!is_object && !json_is_array(value)) || strlen(line) == 2 ||
      taken + columns_of(line) <= COLUMNS) {
    fputs(line, file);
  } else {
    fputs(is_object ? "{\n" : "[\n", file);
    ok = print_members(file, value, indent + STEP);
    fprintf(file, "%*s%c", (int)indent, "", is_object ? '}' : ']');
  }

  free(line);
  return ok;
}

int canonical_print(FILE *file, const json_t *value, size_t indent) {
  return print(file, value, indent, indent);
}
