/* event: what the child saw, one JSON line an event: an object, or the array of
 * a log line. */
#ifndef CERTSPEC_EVENT_H
#define CERTSPEC_EVENT_H

#include <jansson.h>
#include <stdio.h>

struct event_sink {
  FILE *file;
};

/* event_sink_open makes |out| append to |fd|, which event_sink_close closes. 1,
 * or 0 with errno. */
int event_sink_open(struct event_sink *out, int fd);
void event_sink_close(struct event_sink *sink);

/* event_write appends |event| (stolen) as one line. It stands in the file when
 * event_write returns, whatever becomes of the process then. Never fails the
 * run. */
void event_write(const struct event_sink *sink, json_t *event);

/* event_write_values is event_write of |event| (stolen) with its |values|
 * (stolen): all of them as "values", or, where |*before| has no others than
 * these, those that differ from it as "changed". Then |*before|, NULL at first,
 * owns |values|; event_values_end drops it. */
void event_write_values(const struct event_sink *sink, json_t *event,
                        json_t *values, json_t **before);
void event_values_end(json_t **before);

/* event_log writes a line of the message log (log_line.h); |direction| and
 * |detail| may be NULL. |length| < 0: none. */
void event_log(const struct event_sink *sink, const char *kind,
               const char *direction, const char *name, long length,
               const char *detail);

/* event_error and event_unsupported say why the run cannot be judged. */
void event_error(const struct event_sink *sink, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void event_unsupported(const struct event_sink *sink, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* event_now returns CLOCK_MONOTONIC in seconds. */
double event_now(void);

#endif
