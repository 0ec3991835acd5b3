/* server: a scripted server process and its control line. */
#ifndef CERTSPEC_SERVER_H
#define CERTSPEC_SERVER_H

#include <jansson.h>
#include <sys/types.h>

#include "error.h"

struct server {
  pid_t pid;
  int control_fd; /* -1: not running */
  json_t *ready;  /* its first line: python, cryptography, libraries */
  char *buffer;
  size_t buffer_len;
  size_t buffer_size;
};

struct server_setting {
  const char *python;  /* /usr/bin/python3 */
  const char *program; /* servers/certspec-server */
  const char *pki;     /* vectors/pki */
  int stderr_fd;       /* where its stderr goes */
};

/* server_start runs a server with a fresh environment and waits for its
 * "ready" line, at most 20 s. 1, or 0 with |error| (no Python, a module is
 * missing, rubbish on the line, a library of the subject is mapped in it). */
int server_start(struct server *out, const struct server_setting *setting,
                 struct certspec_error *error);

/* server_send hands |fd| and |scenario| to the server behind |control_fd| as
 * connection |id|. The caller keeps |fd| and closes it. 1, or 0 with |error|.
 * Called in the child. */
int server_send(int control_fd, long id, double deadline,
                const json_t *scenario, int fd, struct certspec_error *error);

enum server_read {
  SERVER_LINE,    /* |out_line| holds an answer */
  SERVER_AGAIN,   /* nothing whole is there yet */
  SERVER_GONE,    /* end of file or error: the process is gone */
  SERVER_RUBBISH, /* a line that is no answer: |error| says what */
};

/* server_read takes what the control line has, without waiting. */
enum server_read server_read(struct server *server, json_t **out_line,
                             struct certspec_error *error);

/* server_end_line ends a line that a killed child may have left half sent. */
void server_end_line(struct server *server);

/* server_stop closes the line, waits a moment, kills what is left, reaps. */
void server_stop(struct server *server);

#endif
