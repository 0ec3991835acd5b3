#include "server.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "event.h"
#include "local_socket.h"

/* A longer answer is rubbish: the largest real one is far below. */
#define ANSWER_MAX ((size_t)16 << 20)

/* The server's end of the control line, in the server's own process. */
#define CONTROL_FD 3

static void free_buffers(struct server *server) {
  if (server->control_fd >= 0) {
    close(server->control_fd);
  }
  json_decref(server->ready);
  free(server->buffer);
  *server = (struct server){.control_fd = -1};
}

/* Between fork and exec: nothing here may allocate. */
static void become_server(const struct server_setting *setting, int fd,
                          char *number) {
  char *argv[] = {(char *)setting->python,
                  "-I",
                  (char *)setting->program,
                  "--pki",
                  (char *)setting->pki,
                  number,
                  NULL};
  char *envp[] = {"PATH=/usr/bin:/bin", "LC_ALL=C.UTF-8", NULL};
  int null_fd = open("/dev/null", O_RDWR | O_CLOEXEC);

  prctl(PR_SET_PDEATHSIG, SIGKILL);
  signal(SIGPIPE, SIG_DFL);
  dup2(null_fd, STDIN_FILENO);
  dup2(null_fd, STDOUT_FILENO);
  dup2(setting->stderr_fd, STDERR_FILENO);
  if (fd == CONTROL_FD) {
    fcntl(fd, F_SETFD, 0);
  } else {
    dup2(fd, CONTROL_FD);
  }
  close_range(CONTROL_FD + 1, ~0U, 0);
  execve(setting->python, argv, envp);

  static const char text[] = "the interpreter cannot be executed\n";
  (void)!write(STDERR_FILENO, text, sizeof(text) - 1);
  _exit(127);
}

int server_spawn(struct server *out, const struct server_setting *setting,
                 struct certspec_error *error) {
  int fds[2];
  char number[] = {'0' + CONTROL_FD, '\0'};

  *out = (struct server){.control_fd = -1};
  if (access(setting->python, X_OK) != 0) {
    return certspec_error_set(error, setting->python, 0, "%s", strerror(errno));
  }
  if (access(setting->program, R_OK) != 0) {
    return certspec_error_set(error, setting->program, 0, "%s",
                              strerror(errno));
  }
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) != 0) {
    return certspec_error_set(error, NULL, 0, "server: socketpair: %s",
                              strerror(errno));
  }

  out->control_fd = fds[0];
  out->pid = fork();
  if (out->pid == 0) {
    become_server(setting, fds[1], number);
  }
  close(fds[1]);
  if (out->pid < 0) {
    certspec_error_set(error, NULL, 0, "server: fork: %s", strerror(errno));
    free_buffers(out);
    return 0;
  }

  return 1;
}

/* The servers must not share a file with the subject: the same mistake on both
 * sides would cancel out. */
static int check_libraries(const json_t *ready,
                           const struct server_setting *setting,
                           struct certspec_error *error) {
  const json_t *libraries = json_object_get(ready, "libraries");
  size_t i;
  json_t *library;

  if (!json_is_array(libraries)) {
    return certspec_error_set(error, setting->program, 0,
                              "\"ready\" without \"libraries\"");
  }
  if (setting->subject_folder == NULL) {
    return 1;
  }

  size_t folder_len = strlen(setting->subject_folder);
  json_array_foreach(libraries, i, library) {
    const char *path = json_string_value(library);

    if (path != NULL &&
        strncmp(path, setting->subject_folder, folder_len) == 0 &&
        path[folder_len] == '/') {
      return certspec_error_set(error, setting->program, 0,
                                "the server has mapped %s of the subject",
                                path);
    }
  }

  return 1;
}

enum server_read server_take_ready(struct server *server,
                                   const struct server_setting *setting,
                                   struct certspec_error *error) {
  json_t *line = NULL;
  enum server_read got = server_read(server, &line, error);

  if (got == SERVER_GONE) {
    certspec_error_set(error, setting->program, 0,
                       "the server ended before it was ready");
  }
  if (got != SERVER_LINE) {
    return got;
  }

  if (json_integer_value(json_object_get(line, "ready")) != 1) {
    json_decref(line);
    certspec_error_set(error, setting->program, 0,
                       "the first line of the server is not \"ready\": 1");
    return SERVER_RUBBISH;
  }

  server->ready = line;
  return check_libraries(line, setting, error) ? SERVER_LINE : SERVER_RUBBISH;
}

int server_start(struct server *out, const struct server_setting *setting,
                 struct certspec_error *error) {
  if (!server_spawn(out, setting, error)) {
    return 0;
  }

  double deadline = event_now() + SERVER_START_SECONDS;
  enum server_read got;
  while ((got = server_take_ready(out, setting, error)) == SERVER_AGAIN) {
    struct pollfd poll_fd = {.fd = out->control_fd, .events = POLLIN};
    double left = deadline - event_now();

    if (left <= 0) {
      certspec_error_set(error, setting->program, 0,
                         "the server was not ready within %d s",
                         SERVER_START_SECONDS);
      break;
    }
    (void)poll(&poll_fd, 1, (int)(left * 1000) + 1);
  }
  if (got != SERVER_LINE) {
    server_kill(out);
    return 0;
  }

  return 1;
}

int server_send(int control_fd, long id, double deadline,
                const json_t *scenario, int fd, struct certspec_error *error) {
  json_t *request =
      json_pack("{s:I, s:f, s:O}", "id", (json_int_t)id, "deadline", deadline,
                "scenario", (json_t *)scenario);
  char *text = json_dumps(request, JSON_COMPACT);
  int ok = 0;

  json_decref(request);
  if (text == NULL) {
    return certspec_error_set(error, NULL, 0, "server: out of memory");
  }

  size_t text_len = strlen(text);
  text[text_len] = '\n'; /* in place of the end: the line is never a string */
  ok = local_socket_send(control_fd, text, text_len + 1, &fd, 1);
  free(text);
  if (!ok) {
    return certspec_error_set(error, NULL, 0, "server: send: %s",
                              strerror(errno));
  }

  return 1;
}

static int make_room(struct server *server) {
  if (server->buffer_len < server->buffer_size) {
    return 1;
  }

  size_t size = server->buffer_size == 0 ? 65536 : 2 * server->buffer_size;
  char *buffer = size > ANSWER_MAX ? NULL : realloc(server->buffer, size);
  if (buffer == NULL) {
    return 0;
  }

  server->buffer = buffer;
  server->buffer_size = size;
  return 1;
}

static enum server_read parse_line(struct server *server, size_t line_len,
                                   json_t **out_line,
                                   struct certspec_error *error) {
  json_t *line = json_loadb(server->buffer, line_len, 0, NULL);
  char start[64];

  snprintf(start, sizeof(start), "%.*s", (int)(line_len < 60 ? line_len : 60),
           server->buffer);
  server->buffer_len -= line_len + 1;
  memmove(server->buffer, server->buffer + line_len + 1, server->buffer_len);
  if (!json_is_object(line)) {
    json_decref(line);
    certspec_error_set(error, NULL, 0,
                       "the server wrote rubbish on its control line: \"%s\"",
                       start);
    return SERVER_RUBBISH;
  }

  *out_line = line;
  return SERVER_LINE;
}

enum server_read server_read(struct server *server, json_t **out_line,
                             struct certspec_error *error) {
  for (;;) {
    char *end = server->buffer_len == 0
                    ? NULL
                    : memchr(server->buffer, '\n', server->buffer_len);

    if (end != NULL) {
      return parse_line(server, (size_t)(end - server->buffer), out_line,
                        error);
    }
    if (!make_room(server)) {
      certspec_error_set(error, NULL, 0,
                         "the server wrote a line of more than %zu bytes",
                         ANSWER_MAX);
      return SERVER_RUBBISH;
    }

    ssize_t num = recv(server->control_fd, server->buffer + server->buffer_len,
                       server->buffer_size - server->buffer_len, MSG_DONTWAIT);
    if (num > 0) {
      server->buffer_len += (size_t)num;
    } else if (num < 0 && errno == EAGAIN) {
      return SERVER_AGAIN;
    } else if (num == 0 || errno != EINTR) {
      return SERVER_GONE;
    }
  }
}

void server_end_line(struct server *server) {
  (void)send(server->control_fd, "\n", 1, MSG_NOSIGNAL | MSG_DONTWAIT);
}

void server_say_gone(struct server *server, long id) {
  char text[64];

  snprintf(text, sizeof(text), "{\"id\": %ld, \"gone\": true}\n", id);
  (void)send(server->control_fd, text, strlen(text),
             MSG_NOSIGNAL | MSG_DONTWAIT);
}

static int reap(pid_t pid) {
  int status = 0;

  while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }

  return status;
}

int server_kill(struct server *server) {
  int status = 0;

  if (server->pid > 0) {
    kill(server->pid, SIGKILL);
    status = reap(server->pid);
  }

  free_buffers(server);
  return status;
}

void server_stop(struct server *server) {
  if (server->pid <= 0) {
    free_buffers(server);
    return;
  }

  /* Its end of file makes it leave; half a second is plenty for that. */
  shutdown(server->control_fd, SHUT_RDWR);
  for (int i = 0; i < 50; i++) {
    struct timespec moment = {.tv_nsec = 10000000};

    if (waitpid(server->pid, NULL, WNOHANG) != 0) {
      server->pid = 0;
      break;
    }
    nanosleep(&moment, NULL);
  }

  server_kill(server);
}
