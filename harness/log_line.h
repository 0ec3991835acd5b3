/* log_line: one line of the message log, of either end. On its way to the
 * parent it is an array, [t, kind, direction, name, length, detail], which may
 * end early; in results.json it is an object. */
#ifndef CERTSPEC_LOG_LINE_H
#define CERTSPEC_LOG_LINE_H

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

struct log_line {
  json_int_t t;          /* microseconds of CLOCK_MONOTONIC, never negative */
  const char *side;      /* "client" or "server"; not on its way */
  const char *kind;      /* "message", "call"… */
  const char *direction; /* "sent", "received", or NULL */
  const char *name;
  json_int_t length;  /* in bytes; negative: none */
  const char *detail; /* or NULL */
};

/* log_line_now returns the present |t|. */
json_int_t log_line_now(void);

/* log_line_write writes |line| to |file| as an array. Bytes that are no UTF-8
 * become "?". */
void log_line_write(const struct log_line *line, FILE *file);

/* log_line_read reads such an array; all texts in |out| are |array|'s. False
 * when it is none: no time, kind or name, another type, too many values. */
bool log_line_read(struct log_line *out, const json_t *array, const char *side);

/* log_line_is_log returns whether |log| is an array of nothing but such arrays.
 */
bool log_line_is_log(const json_t *log);

/* log_line_print writes |line| to |file| as an object whose "t" is in
 * milliseconds since |since|, which is not later than |line|'s. What is not
 * there, or empty, is left out. */
void log_line_print(const struct log_line *line, json_int_t since, FILE *file);

#endif
