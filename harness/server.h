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
  const char *python;         /* /usr/bin/python3 */
  const char *program;        /* servers/certspec-server */
  const char *pki;            /* vectors/pki */
  int stderr_fd;              /* where its stderr goes */
  const char *subject_folder; /* of a libssl that is not the system's: no
                               * library of it may be mapped; or NULL */
};

enum server_read {
  SERVER_LINE,    /* |out_line| holds an answer */
  SERVER_AGAIN,   /* nothing whole is there yet */
  SERVER_GONE,    /* end of file or error: the process is gone */
  SERVER_RUBBISH, /* a line that is no answer: |error| says what */
};

#define SERVER_START_SECONDS 20

/* server_spawn begins to start a server, with a fresh environment. Its "ready"
 * line is still to come: server_take_ready. 1, or 0 with |error|. */
int server_spawn(struct server *out, const struct server_setting *setting,
                 struct certspec_error *error);

/* server_take_ready takes the "ready" line, without waiting: SERVER_LINE when
 * it came and is good (|server|->ready is set), else as server_read. |error|
 * says what is wrong (SERVER_GONE, SERVER_RUBBISH). */
enum server_read server_take_ready(struct server *server,
                                   const struct server_setting *setting,
                                   struct certspec_error *error);

/* server_start spawns a server and waits for its "ready" line, at most
 * SERVER_START_SECONDS. 1, or 0 with |error| (no Python, a module is missing,
 * rubbish on the line, a library of the subject is mapped in it). Nothing is
 * left running then. */
int server_start(struct server *out, const struct server_setting *setting,
                 struct certspec_error *error);

/* server_send hands |fd| and |scenario| to the server behind |control_fd| as
 * connection |id|. The caller keeps |fd| and closes it. 1, or 0 with |error|.
 * Called in the child. */
int server_send(int control_fd, long id, double deadline,
                const json_t *scenario, int fd, struct certspec_error *error);

/* server_read takes what the control line has, without waiting. */
enum server_read server_read(struct server *server, json_t **out_line,
                             struct certspec_error *error);

/* server_say_gone tells the server that the client of connection |id| is no
 * more; a datagram socket could not. */
void server_say_gone(struct server *server, long id);

/* server_end_line ends a line that a killed child may have left half sent. */
void server_end_line(struct server *server);

/* server_kill ends the process at once, reaps it, and frees. Returns waitpid's
 * status: how it ended when it was gone before. */
int server_kill(struct server *server);

/* server_stop closes the line, waits a moment, kills what is left, reaps. */
void server_stop(struct server *server);

#endif
