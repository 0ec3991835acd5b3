#include "event.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdio_ext.h>
#include <time.h>

#include "log_line.h"

int event_sink_open(struct event_sink *out, int fd) {
  out->file = fdopen(fd, "a");
  return out->file != NULL;
}

void event_sink_close(struct event_sink *sink) {
  fclose(sink->file);
}

/* A child that is killed leaves at most a half line, and nothing behind it. */
static void end_line(const struct event_sink *sink) {
  putc('\n', sink->file);
  if (fflush(sink->file) != 0) {
    /* What a full file has no room for is not to go before the next line. */
    __fpurge(sink->file);
    clearerr(sink->file);
  }
}

void event_write(const struct event_sink *sink, json_t *event) {
  if (json_dumpf(event, sink->file, JSON_COMPACT | JSON_ENSURE_ASCII) != 0) {
    /* Only for want of memory, or for an event that was NULL for the same
     * reason. Needs none. */
    __fpurge(sink->file);
    fputs("{\"event\": \"error\", \"text\": \"out of memory for an event\"}",
          sink->file);
  }
  json_decref(event);
  end_line(sink);
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

  log_line_write(&line, sink->file);
  end_line(sink);
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
