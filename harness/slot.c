#include "slot.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "child.h"
#include "event.h"

/* Seconds that a server has for its answer after a connection's deadline. */
#define ANSWER_GRACE 3.0
#define CONNECTION_SECONDS 5.0

/* Connection ids of successive runs lie this far apart, so that an answer that
 * comes late is never taken for one of this run. */
#define IDS_PER_RUN 100000L

#define EVENTS_MAX ((size_t)64 << 20)
#define STDERR_TAIL 2000

enum { POLL_EVENTS, POLL_CHILD, POLL_CONTROL };

static int open_memory(const char *name) {
  int fd = memfd_create(name, MFD_CLOEXEC);

  if (fd >= 0) {
    (void)fcntl(fd, F_SETFL, O_APPEND);
  }

  return fd;
}

/* The last bytes of |fd|, whose file is emptied. */
static char *take_tail(int fd) {
  off_t size = lseek(fd, 0, SEEK_END);
  off_t from = size > STDERR_TAIL ? size - STDERR_TAIL : 0;
  char *text = calloc(STDERR_TAIL + 1, 1);

  if (text == NULL || size <= 0) {
    return text;
  }

  ssize_t num = pread(fd, text, STDERR_TAIL, from);
  text[num > 0 ? num : 0] = '\0';
  (void)!ftruncate(fd, 0);
  return text;
}

char *slot_take_stderr(struct slot *slot) {
  return take_tail(slot->child_stderr);
}

static struct server_setting server_setting(const struct slot *slot) {
  struct server_setting setting = slot->setting->server;

  setting.stderr_fd = slot->server_stderr;
  return setting;
}

static int start_server(struct slot *slot, struct certspec_error *error) {
  struct server_setting setting = server_setting(slot);

  if (!server_spawn(&slot->server, &setting, error)) {
    slot->state = SLOT_DEAD;
    return 0;
  }

  slot->state = SLOT_STARTING;
  slot->server_deadline = event_now() + SERVER_START_SECONDS;
  return 1;
}

int slot_open(struct slot *out, const struct slot_setting *setting,
              struct certspec_error *error) {
  *out = (struct slot){.setting = setting,
                       .state = SLOT_DEAD,
                       .server = {.control_fd = -1},
                       .server_stderr = open_memory("server-stderr"),
                       .child_stderr = open_memory("child-stderr"),
                       .pid_fd = -1,
                       .event_fd = -1};
  if (out->server_stderr < 0 || out->child_stderr < 0) {
    return certspec_error_set(error, NULL, 0, "memfd_create: %s",
                              strerror(errno));
  }

  return start_server(out, error);
}

static void close_fd(int *fd) {
  if (*fd >= 0) {
    close(*fd);
  }
  *fd = -1;
}

static void reap(struct slot *slot) {
  while (waitpid(slot->child, &slot->ending.status, 0) < 0 && errno == EINTR) {
  }
  close_fd(&slot->pid_fd);
}

void slot_close(struct slot *slot) {
  if (slot->pid_fd >= 0) {
    kill(slot->child, SIGKILL);
    reap(slot);
  }
  close_fd(&slot->event_fd);
  observation_free(&slot->seen);
  json_decref(slot->early);
  server_stop(&slot->server);
  close_fd(&slot->server_stderr);
  close_fd(&slot->child_stderr);
  free(slot->line);
  slot->state = SLOT_DEAD;
}

static double connection_seconds(const struct slot *slot) {
  return fmin(CONNECTION_SECONDS, slot->setting->time_limit / 2);
}

int slot_begin(struct slot *slot, struct run *run,
               struct certspec_error *error) {
  int fds[2];

  if (pipe2(fds, O_CLOEXEC) != 0) {
    return certspec_error_set(error, NULL, 0, "pipe: %s", strerror(errno));
  }

  slot->first_connection += IDS_PER_RUN;
  slot->run = run;
  slot->early = json_object();
  slot->ending = (struct ending){.time_limit = slot->setting->time_limit};
  slot->line_len = 0;
  slot->num_bytes = 0;
  slot->started = event_now();
  slot->child_deadline = slot->started + slot->setting->time_limit;
  slot->answer_deadline = INFINITY;
  observation_start(&slot->seen);

  struct child_setting setting = {
      .plan = &run->plan,
      .pki = slot->setting->pki,
      .control_fd = slot->server.control_fd,
      .event_fd = fds[1],
      .stderr_fd = slot->child_stderr,
      .first_connection = slot->first_connection,
      .deadline = connection_seconds(slot),
  };
  slot->child = child_fork(&setting);
  close(fds[1]);
  slot->event_fd = fds[0];
  (void)fcntl(fds[0], F_SETFL, O_NONBLOCK);
  slot->pid_fd = slot->child < 0 ? -1 : pidfd_open(slot->child, 0);
  if (slot->pid_fd < 0) {
    return certspec_error_set(error, NULL, 0, "fork: %s", strerror(errno));
  }

  slot->state = SLOT_RUNNING;
  return 1;
}

void slot_poll(const struct slot *slot, struct pollfd *out, double *deadline) {
  out[POLL_EVENTS] = (struct pollfd){.fd = slot->event_fd, .events = POLLIN};
  out[POLL_CHILD] = (struct pollfd){.fd = slot->pid_fd, .events = POLLIN};
  out[POLL_CONTROL] =
      (struct pollfd){.fd = slot->server.control_fd, .events = POLLIN};

  if (slot->state == SLOT_STARTING) {
    *deadline = fmin(*deadline, slot->server_deadline);
  }
  if (slot->state == SLOT_RUNNING) {
    *deadline = fmin(*deadline, slot->answer_deadline);
    if (slot->pid_fd >= 0 && !slot->ending.killed) {
      *deadline = fmin(*deadline, slot->child_deadline);
    }
  }
}

/* The first fault stays. */
static void set_fault(struct slot *slot, const char **out, const char *text) {
  if (slot->fault_text[0] == '\0') {
    snprintf(slot->fault_text, sizeof(slot->fault_text), "%s", text);
    *out = slot->fault_text;
  }
}

/* The last line that the server wrote to its stderr says most. */
static void say_last_words(struct slot *slot, char *out, size_t out_size) {
  char *tail = take_tail(slot->server_stderr);

  out[0] = '\0';
  if (tail != NULL) {
    size_t tail_len = strlen(tail);

    while (tail_len > 0 && tail[tail_len - 1] == '\n') {
      tail[--tail_len] = '\0';
    }

    const char *line = strrchr(tail, '\n');
    if (tail_len > 0) {
      snprintf(out, out_size, ": %.300s", line != NULL ? line + 1 : tail);
    }
  }
  free(tail);
}

/* The server is of no more use: it is killed, and the run cannot be judged. */
static void lose_server(struct slot *slot, const char *text) {
  char words[320];
  char whole[640];
  char how[64] = "";
  int status = server_kill(&slot->server);

  slot->num_ended_lines = 0;
  say_last_words(slot, words, sizeof(words));
  if (text == NULL && WIFSIGNALED(status)) {
    snprintf(how, sizeof(how), "the server was killed by SIG%s",
             sigabbrev_np(WTERMSIG(status)));
  } else if (text == NULL) {
    snprintf(how, sizeof(how), "the server exited with %d",
             WEXITSTATUS(status));
  }
  snprintf(whole, sizeof(whole), "%.300s%s", text != NULL ? text : how, words);
  set_fault(slot, &slot->ending.server_fault, whole);
  slot->answer_deadline = INFINITY;
}

/* Gives early answers to the connections that have become known. */
static void match_early(struct slot *slot) {
  const char *key;
  json_t *answer;
  void *next;

  json_object_foreach_safe(slot->early, next, key, answer) {
    if (observation_answer(&slot->seen, strtol(key, NULL, 10), answer)) {
      json_object_del(slot->early, key);
    }
  }
}

static void take_event(struct slot *slot, const char *line, size_t line_len) {
  size_t num = json_array_size(slot->seen.connections);

  if (!observation_add(&slot->seen, line, line_len)) {
    set_fault(slot, &slot->ending.fault, "the child wrote no event");
    return;
  }

  if (json_array_size(slot->seen.connections) > num) {
    slot->answer_deadline =
        event_now() + connection_seconds(slot) + ANSWER_GRACE;
    match_early(slot);
  }
}

static void take_lines(struct slot *slot) {
  size_t from = 0;
  char *end;

  while (from < slot->line_len &&
         (end = memchr(slot->line + from, '\n', slot->line_len - from)) !=
             NULL) {
    size_t to = (size_t)(end - slot->line);

    take_event(slot, slot->line + from, to - from);
    from = to + 1;
  }

  slot->line_len -= from;
  memmove(slot->line, slot->line + from, slot->line_len);
}

static int make_room(struct slot *slot) {
  if (slot->line_len < slot->line_size) {
    return 1;
  }

  size_t size = slot->line_size == 0 ? 65536 : 2 * slot->line_size;
  char *line = realloc(slot->line, size);
  if (line == NULL) {
    return 0;
  }

  slot->line = line;
  slot->line_size = size;
  return 1;
}

static void kill_child(struct slot *slot) {
  slot->ending.killed = true;
  kill(slot->child, SIGKILL);
}

static void read_events(struct slot *slot) {
  while (slot->event_fd >= 0) {
    if (!make_room(slot) || slot->num_bytes > EVENTS_MAX) {
      set_fault(slot, &slot->ending.fault, "the child wrote too many events");
      kill_child(slot);
      close_fd(&slot->event_fd);
      return;
    }

    ssize_t num = read(slot->event_fd, slot->line + slot->line_len,
                       slot->line_size - slot->line_len);
    if (num < 0 && errno == EINTR) {
      continue;
    }
    if (num < 0 && errno == EAGAIN) {
      return;
    }
    if (num <= 0) {
      close_fd(&slot->event_fd);
      return;
    }
    slot->line_len += (size_t)num;
    slot->num_bytes += (size_t)num;
    take_lines(slot);
  }
}

/* What the child wrote before its end is in the pipe by now. */
static void end_child(struct slot *slot) {
  reap(slot);
  read_events(slot);
  close_fd(&slot->event_fd);
  if (slot->ending.status != 0 && slot->server.control_fd >= 0) {
    server_end_line(&slot->server);
    slot->num_ended_lines++;
  }
}

/* {"id", "observation"} or {"id", "error"}; the latter is kept as it is. */
static void take_answer(struct slot *slot, json_t *line) {
  const json_t *id = json_object_get(line, "id");
  json_t *answer = json_object_get(line, "observation");
  const char *error = json_string_value(json_object_get(line, "error"));
  long number = (long)json_integer_value(id);
  char key[24];

  if (!json_is_integer(id) && error != NULL) {
    /* What a line that we ended is answered with may come during a later
     * run. */
    if (slot->num_ended_lines > 0) {
      slot->num_ended_lines--;
    } else if (slot->state == SLOT_RUNNING) {
      set_fault(slot, &slot->ending.server_fault, error);
    }
    return;
  }
  if (!json_is_integer(id) || (answer == NULL && error == NULL)) {
    lose_server(slot, "the server wrote a line that is no answer");
    return;
  }
  if (slot->state != SLOT_RUNNING || number < slot->first_connection) {
    return; /* late, of a run whose child was killed */
  }

  snprintf(key, sizeof(key), "%ld", number);
  json_object_set(slot->early, key, answer != NULL ? answer : line);
  match_early(slot);
}

static void read_answers(struct slot *slot) {
  while (slot->server.control_fd >= 0) {
    struct certspec_error error = {0};
    json_t *line = NULL;

    switch (server_read(&slot->server, &line, &error)) {
      case SERVER_LINE:
        take_answer(slot, line);
        json_decref(line);
        break;
      case SERVER_AGAIN:
        return;
      case SERVER_GONE:
        lose_server(slot, NULL);
        return;
      case SERVER_RUBBISH:
        lose_server(slot, error.text);
        return;
    }
  }
}

static void check_deadlines(struct slot *slot) {
  double now = event_now();

  if (slot->pid_fd >= 0 && now >= slot->child_deadline &&
      !slot->ending.killed) {
    slot->ending.timed_out = true;
    kill_child(slot);
  }
  if (now >= slot->answer_deadline) {
    if (observation_unanswered(&slot->seen) > 0) {
      lose_server(slot, "the server did not answer in time, and was killed");
    }
    slot->answer_deadline = INFINITY;
  }
}

static int serve_start(struct slot *slot, struct certspec_error *error) {
  struct server_setting setting = server_setting(slot);
  struct certspec_error cause;
  enum server_read got = server_take_ready(&slot->server, &setting, &cause);
  char words[320];

  if (got == SERVER_LINE) {
    slot->state = SLOT_IDLE;
    return 1;
  }
  if (got == SERVER_AGAIN && event_now() < slot->server_deadline) {
    return 1;
  }

  if (got == SERVER_AGAIN) {
    certspec_error_set(&cause, setting.program, 0,
                       "the server was not ready within %d s",
                       SERVER_START_SECONDS);
  }
  server_kill(&slot->server);
  say_last_words(slot, words, sizeof(words));
  slot->state = SLOT_DEAD;
  return certspec_error_set(error, NULL, 0, "%s%s", cause.text, words);
}

/* A server that dies between two runs harms none. */
static int serve_idle(struct slot *slot, struct certspec_error *error) {
  read_answers(slot);
  if (slot->server.control_fd >= 0) {
    return 1;
  }

  slot->fault_text[0] = '\0';
  return start_server(slot, error);
}

int slot_serve(struct slot *slot, const struct pollfd *polled,
               struct certspec_error *error) {
  if (slot->state == SLOT_STARTING) {
    return serve_start(slot, error);
  }
  if (slot->state == SLOT_IDLE) {
    return polled[POLL_CONTROL].revents == 0 || serve_idle(slot, error);
  }
  if (slot->state != SLOT_RUNNING) {
    return 1;
  }

  if (polled[POLL_EVENTS].revents != 0) {
    read_events(slot);
  }
  if (polled[POLL_CHILD].revents != 0) {
    end_child(slot);
  }
  if (polled[POLL_CONTROL].revents != 0) {
    read_answers(slot);
  }
  check_deadlines(slot);
  if (slot->pid_fd < 0 && (slot->server.control_fd < 0 ||
                           observation_unanswered(&slot->seen) == 0)) {
    slot->state = SLOT_FINISHED;
  }

  return 1;
}

int slot_release(struct slot *slot, struct certspec_error *error) {
  observation_free(&slot->seen);
  json_decref(slot->early);
  slot->early = NULL;
  slot->run = NULL;
  slot->fault_text[0] = '\0';
  if (slot->server.control_fd < 0) {
    return start_server(slot, error);
  }

  slot->state = SLOT_IDLE;
  return 1;
}
