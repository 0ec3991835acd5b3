#include "log_line.h"

#include <time.h>

#include "json_text.h"

enum { MICROSECONDS = 1000000 };

/* The places of the array. */
enum { TIME, KIND, DIRECTION, NAME, LENGTH, DETAIL, NUM_PLACES };

json_int_t log_line_now(void) {
  struct timespec now;

  clock_gettime(CLOCK_MONOTONIC, &now);
  return (json_int_t)now.tv_sec * MICROSECONDS + now.tv_nsec / 1000;
}

static void write_text(const char *text, FILE *file) {
  fputc(',', file);
  if (text != NULL) {
    json_text_print(text, file);
  } else {
    fputs("null", file);
  }
}

void log_line_write(const struct log_line *line, FILE *file) {
  fprintf(file, "[%" JSON_INTEGER_FORMAT, line->t);
  write_text(line->kind, file);
  write_text(line->direction, file);
  write_text(line->name, file);
  if (line->length >= 0) {
    fprintf(file, ",%" JSON_INTEGER_FORMAT, line->length);
  } else if (line->detail != NULL) {
    fputs(",null", file);
  }
  if (line->detail != NULL) {
    write_text(line->detail, file);
  }
  fputc(']', file);
}

/* The text at |place|, or NULL; |*ok| is cleared by what is neither text nor
 * null. */
static const char *text_at(const json_t *array, size_t place, bool *ok) {
  const json_t *value = json_array_get(array, place);

  *ok = *ok && (value == NULL || json_is_null(value) || json_is_string(value));
  return json_string_value(value);
}

bool log_line_read(struct log_line *out, const json_t *array,
                   const char *side) {
  const json_t *t = json_array_get(array, TIME);
  const json_t *length = json_array_get(array, LENGTH);
  bool ok = json_is_array(array) && json_array_size(array) <= NUM_PLACES &&
            json_is_integer(t) && json_integer_value(t) >= 0 &&
            (length == NULL || json_is_null(length) || json_is_integer(length));

  *out = (struct log_line){
      .t = json_integer_value(t),
      .side = side,
      .kind = text_at(array, KIND, &ok),
      .direction = text_at(array, DIRECTION, &ok),
      .name = text_at(array, NAME, &ok),
      .length = json_is_integer(length) ? json_integer_value(length) : -1,
      .detail = text_at(array, DETAIL, &ok),
  };
  return ok && out->kind != NULL && out->name != NULL;
}

bool log_line_is_log(const json_t *log) {
  struct log_line line;
  size_t i;
  json_t *array;

  json_array_foreach(log, i, array) {
    if (!log_line_read(&line, array, "")) {
      return false;
    }
  }

  return json_is_array(log);
}

static void print_member(const char *key, const char *text, FILE *file) {
  if (text != NULL && text[0] != '\0') {
    fprintf(file, ",\"%s\":", key);
    json_text_print(text, file);
  }
}

void log_line_print(const struct log_line *line, json_int_t since, FILE *file) {
  json_int_t microseconds = line->t - since;

  fprintf(file,
          "{\"t\":%" JSON_INTEGER_FORMAT ".%03" JSON_INTEGER_FORMAT
          ",\"side\":\"%s\"",
          microseconds / 1000, microseconds % 1000, line->side);
  print_member("kind", line->kind, file);
  print_member("direction", line->direction, file);
  print_member("name", line->name, file);
  if (line->length >= 0) {
    fprintf(file, ",\"length\":%" JSON_INTEGER_FORMAT, line->length);
  }
  print_member("detail", line->detail, file);
  fputc('}', file);
}
