/* observation: all that was seen in one run, from both ends. */
#ifndef CERTSPEC_OBSERVATION_H
#define CERTSPEC_OBSERVATION_H

#include <jansson.h>
#include <stddef.h>
#include <stdio.h>

struct observation {
  json_t *steps;       /* array of objects: values after each step */
  json_t *callback;    /* array of objects: calls of client_cert_cb */
  json_t *cert_cb;     /* array of objects: calls of cert_cb */
  json_t *engine;      /* array of objects: calls of the ENGINE's function */
  json_t *last_call;   /* the last of these three */
  json_t *end;         /* final values, or NULL: did not end by itself */
  json_t *connections; /* array of ids handed to the server */
  double connected;    /* when the last of them was (event_now) */
  json_t *server;      /* array of server observations, in that order; null:
                        * no answer */
  json_t *log;         /* array: the client's log lines (log_line.h) */
  json_t *error;       /* text of our own fault, or NULL */
  json_t *unsupported; /* text, or NULL */
};

/* observation_start makes |out| empty; free it with observation_free. */
void observation_start(struct observation *out);
void observation_free(struct observation *observation);

/* observation_add takes one event line of the child. 1, or 0 for a line that
 * is no event. */
int observation_add(struct observation *observation, const char *line,
                    size_t line_len);

/* observation_connection finds connection |id|: its place in connections, or
 * -1. */
long observation_connection(const struct observation *observation, long id);

/* observation_answer puts the server's |answer| (borrowed) for connection |id|
 * in its place. 1, or 0 when there is no such connection or it has one. */
int observation_answer(struct observation *observation, long id,
                       json_t *answer);

/* observation_unanswered counts the connections without an answer. */
size_t observation_unanswered(const struct observation *observation);

/* observation_value follows |path| ("steps[1].error", "server.certificates",
 * "callback[0].ca_list", "want") from step |step|'s point of view (a negative
 * |step|: from the end). NULL when there is no such value. Borrowed. */
const json_t *observation_value(const struct observation *observation,
                                long step, const char *path);

/* observation_print_ladder writes the logs of both ends to |file|, merged by
 * time: a JSON array of what log_line_print writes. */
void observation_print_ladder(const struct observation *observation,
                              FILE *file);

#endif
