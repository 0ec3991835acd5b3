#include "event.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "log_line.h"

static void write_all(int fd, const char *bytes, size_t num) {
  while (num > 0) {
    ssize_t written = write(fd, bytes, num);
    if (written < 0 && errno == EINTR) {
      continue;
    }

    if (written <= 0) {
      return;
    }

    bytes += written;
    num -= (size_t)written;
  }
}

/* Needs no memory. */
static void write_lost(const struct event_sink *sink) {
  static const char lost[] =
      "{\"event\": \"error\", \"text\": \"out of memory for an event\"}\n";

  write_all(sink->fd, lost, sizeof(lost) - 1);
}

void event_write(const struct event_sink *sink, json_t *event) {
  char *text = json_dumps(event, JSON_COMPACT | JSON_ENSURE_ASCII);
  json_decref(event);
  if (text == NULL) {
    /* Only for want of memory, or for an event that was NULL for the same
     * reason. */
    write_lost(sink);
    return;
  }

  /* One write for line and newline: a killed child leaves no half line that
   * would be glued to the next. */
  size_t len = strlen(text);
  text[len] = '\n'; /* in place of the terminator */
  write_all(sink->fd, text, len + 1);
  free(text);
}

/* What of |values| differs from |before|; NULL when that is not all there is to
 * say. */
static json_t *changed_values(json_t *values, const json_t *before) {
  json_t *changed = json_object();
  size_t num_known = 0;
  const char *key;
  json_t *value;

  json_object_foreach(values, key, value) {
    const json_t *known = json_object_get(before, key);

    num_known += known != NULL;
    if (known == NULL || !json_equal(known, value)) {
      json_object_set(changed, key, value);
    }
  }
  if (num_known < json_object_size(before)) {
    json_decref(changed);
    return NULL;
  }

  return changed;
}

void event_write_values(const struct event_sink *sink, json_t *event,
                        json_t *values, json_t **before) {
  json_t *changed = *before != NULL ? changed_values(values, *before) : NULL;

  if (changed != NULL) {
    json_object_set_new(event, "changed", changed);
  } else {
    json_object_set(event, "values", values);
  }
  event_write(sink, event);
  json_decref(*before);
  *before = values;
}

void event_values_end(json_t **before) {
  json_decref(*before);
  *before = NULL;
}

void event_log(const struct event_sink *sink, const char *kind,
               const char *direction, const char *name, long length,
               const char *detail) {
  const struct log_line line = {.t = log_line_now(),
                                .kind = kind,
                                .direction = direction,
                                .name = name,
                                .length = length,
                                .detail = detail};
  char *text = NULL;
  size_t text_len = 0;
  FILE *file = open_memstream(&text, &text_len);

  if (file != NULL) {
    log_line_write(&line, file);
    fputc('\n', file);
  }
  if (file == NULL || fclose(file) != 0) {
    write_lost(sink);
  } else {
    write_all(sink->fd, text, text_len);
  }
  free(text);
}

enum { MAX_TEXT = 1024 };

/* Cut texts and foreign ones may be no UTF-8. */
static void write_text(const struct event_sink *sink, const char *event,
                       char *text) {
  for (char *c = text; *c != '\0'; c++) {
    if (*c < ' ' || *c > '~') {
      *c = '?';
    }
  }
  event_write(sink, json_pack("{s:s, s:s}", "event", event, "text", text));
}

void event_error(const struct event_sink *sink, const char *format, ...) {
  char text[MAX_TEXT];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(text, sizeof(text), format, arguments);
  va_end(arguments);
  write_text(sink, "error", text);
}

void event_unsupported(const struct event_sink *sink, const char *format, ...) {
  char text[MAX_TEXT];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(text, sizeof(text), format, arguments);
  va_end(arguments);
  write_text(sink, "unsupported", text);
}

double event_now(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}
