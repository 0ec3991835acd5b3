#include "slot.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "child.h"
#include "endless_loop.h"
#include "event.h"
#include "processor_time.h"

/* Seconds that a server has for its answer after a connection's deadline. */
#define ANSWER_GRACE 3.0
#define CONNECTION_SECONDS 5.0

/* Connection ids of successive runs lie this far apart, so that an answer that
 * comes late is never taken for one of this run. */
#define IDS_PER_RUN 100000L

#define STDERR_TAIL 2000

enum { POLL_CHILD, POLL_CONTROL, POLL_TASK, POLL_DISMISSED };

/* There in instrumented builds only: what they have to say of a run is said as
 * its process ends. */
extern void __gcov_dump(void) __attribute__((weak));
extern void __lsan_do_leak_check(void) __attribute__((weak));

static int open_memory(const char *name) {
  int fd = memfd_create(name, MFD_CLOEXEC);

  if (fd >= 0) {
    (void)fcntl(fd, F_SETFL, O_APPEND);
  }

  return fd;
}

/* The last bytes of |fd|, whose file is emptied; NULL when it is empty. */
static char *take_tail(int fd) {
  off_t size = lseek(fd, 0, SEEK_END);
  off_t from = size > STDERR_TAIL ? size - STDERR_TAIL : 0;
  char *text = size > 0 ? calloc(STDERR_TAIL + 1, 1) : NULL;

  if (text == NULL) {
    return NULL;
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
                       .events = open_memory("events"),
                       .child = CHILD_PROCESS_NONE,
                       .dismissed = CHILD_PROCESS_NONE};
  if (out->server_stderr < 0 || out->child_stderr < 0 || out->events < 0) {
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

/* At its end of file the child leaves. The one before has had a whole run's
 * time for that. */
void slot_dismiss(struct slot *slot) {
  child_process_kill(&slot->dismissed, slot->setting->launcher);
  slot->dismissed = slot->child;
  slot->child = CHILD_PROCESS_NONE;
  child_process_dismiss(&slot->dismissed);
}

void slot_close(struct slot *slot) {
  child_process_kill(&slot->child, slot->setting->launcher);
  child_process_kill(&slot->dismissed, slot->setting->launcher);
  observation_free(&slot->seen);
  json_decref(slot->early);
  server_stop(&slot->server);
  close_fd(&slot->server_stderr);
  close_fd(&slot->child_stderr);
  close_fd(&slot->events);
  slot->state = SLOT_DEAD;
}

static double connection_seconds(const struct slot *slot) {
  return fmin(CONNECTION_SECONDS, slot->setting->time_limit / 2);
}

static int is_apart(const struct slot *slot) {
  return slot->setting->apart || __lsan_do_leak_check != NULL ||
         __gcov_dump != NULL;
}

/* A child performs no run twice: what it keeps of the first time could be what
 * makes the second one pass. */
static int can_perform(const struct slot *slot, const struct run *run) {
  return slot->child.task_fd >= 0 && slot->child_server == slot->server.pid &&
         slot->child_last->plan.source == run->plan.source &&
         slot->child_last < run;
}

static int fork_child(struct slot *slot, struct certspec_error *error) {
  struct child_setting setting = {.control_fd = slot->server.control_fd,
                                  .event_fd = slot->events,
                                  .stderr_fd = slot->child_stderr};

  slot->child_server = slot->server.pid;
  return child_process_fork(&slot->child, slot->setting->launcher, &setting,
                            error);
}

static int send_task(struct slot *slot, const struct run *run,
                     struct certspec_error *error) {
  struct child_task task = {.first_connection = slot->first_connection,
                            .deadline = connection_seconds(slot),
                            .is_last = is_apart(slot)};
  char *text = child_describe(&run->plan);

  if (text == NULL) {
    return certspec_error_set(error, NULL, 0, "out of memory");
  }

  /* A child that is gone by now is seen to be, as any other. */
  (void)child_send(slot->child.task_fd, &task, text);
  free(text);
  slot->child_last = run;
  return 1;
}

int slot_begin(struct slot *slot, struct run *run,
               struct certspec_error *error) {
  slot->is_shared = can_perform(slot, run);
  if (!slot->is_shared) {
    slot_dismiss(slot);
    if (!fork_child(slot, error)) {
      return 0;
    }
  }

  slot->first_connection += IDS_PER_RUN;
  slot->run = run;
  slot->early = json_object();
  slot->ending = (struct ending){.time_limit = slot->setting->time_limit};
  slot->started = event_now();
  slot->child_deadline = slot->started + slot->setting->time_limit;
  slot->answer_deadline = INFINITY;
  endless_loop_watch(&slot->watch, slot->started,
                     processor_time_of(slot->child.pid));
  observation_start(&slot->seen);
  slot->is_busy = true;
  slot->state = SLOT_RUNNING;
  return send_task(slot, run, error);
}

void slot_poll(const struct slot *slot, struct pollfd *out, double *deadline) {
  const int fds[SLOT_NUM_POLL] = {
      [POLL_CHILD] = slot->child.pid_fd,
      [POLL_CONTROL] = slot->server.control_fd,
      [POLL_TASK] = slot->child.task_fd,
      [POLL_DISMISSED] = slot->dismissed.pid_fd,
  };

  for (size_t i = 0; i < SLOT_NUM_POLL; i++) {
    out[i] = (struct pollfd){.fd = fds[i], .events = POLLIN};
  }

  if (slot->state == SLOT_STARTING) {
    *deadline = fmin(*deadline, slot->server_deadline);
  }
  if (slot->state == SLOT_RUNNING) {
    *deadline = fmin(*deadline, slot->answer_deadline);
    if (slot->is_busy && !slot->ending.killed) {
      *deadline = fmin(*deadline, slot->child_deadline);
      *deadline = fmin(*deadline, slot->watch.at);
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

/* What is no whole line was being written when the child was killed. */
static void take_lines(struct slot *slot, const char *text, size_t text_len) {
  const char *end;

  while ((end = memchr(text, '\n', text_len)) != NULL) {
    size_t line_len = (size_t)(end - text);

    if (!observation_add(&slot->seen, text, line_len)) {
      set_fault(slot, &slot->ending.fault, "the child wrote no event");
    }
    text += line_len + 1;
    text_len -= line_len + 1;
  }
}

static void kill_child(struct slot *slot) {
  slot->ending.killed = true;
  kill(slot->child.pid, SIGKILL);
}

/* Takes the events of a child that is done, and empties their file. */
static void take_events(struct slot *slot) {
  off_t size = lseek(slot->events, 0, SEEK_END);

  if (size <= 0) {
    return;
  }

  char *text =
      mmap(NULL, (size_t)size, PROT_READ, MAP_PRIVATE, slot->events, 0);
  if (text == MAP_FAILED) {
    set_fault(slot, &slot->ending.fault, "the events cannot be read");
    return;
  }

  take_lines(slot, text, (size_t)size);
  munmap(text, (size_t)size);
  (void)!ftruncate(slot->events, 0);
  if (size >= CHILD_FILE_MAX) {
    set_fault(slot, &slot->ending.fault, "the child wrote too many events");
  }
}

/* The server's time counts from the moment it was handed the last one. */
static void await_answers(struct slot *slot) {
  if (observation_unanswered(&slot->seen) > 0) {
    slot->answer_deadline =
        slot->seen.connected + connection_seconds(slot) + ANSWER_GRACE;
  }
}

/* What a child that came to no end cannot do any more: it would have ended its
 * connections. */
static void end_connections(struct slot *slot) {
  size_t i;
  json_t *answer;

  server_end_line(&slot->server);
  slot->num_ended_lines++;
  json_array_foreach(slot->seen.server, i, answer) {
    if (json_is_null(answer)) {
      server_say_gone(&slot->server, (long)json_integer_value(json_array_get(
                                         slot->seen.connections, i)));
    }
  }
}

static void end_run(struct slot *slot) {
  slot->is_busy = false;
  take_events(slot);
  match_early(slot);
  await_answers(slot);
  if (slot->ending.status != 0 && slot->server.control_fd >= 0) {
    end_connections(slot);
  }
}

static int end_child(struct slot *slot, struct certspec_error *error) {
  int status;

  if (!child_process_reap(&slot->child, slot->setting->launcher, &status,
                          error)) {
    slot->state = SLOT_DEAD;
    return 0;
  }
  if (slot->is_busy) {
    slot->ending.status = status;
    end_run(slot);
  }

  return 1;
}

static int serve_children(struct slot *slot, const struct pollfd *polled,
                          struct certspec_error *error) {
  int status;

  if (polled[POLL_TASK].revents != 0) {
    switch (child_hear(slot->child.task_fd)) {
      case CHILD_DONE:
        end_run(slot);
        break;
      case CHILD_GONE:
        child_process_dismiss(&slot->child);
        break;
      case CHILD_SILENT:
        break;
    }
  }
  if (polled[POLL_CHILD].revents != 0 && !end_child(slot, error)) {
    return 0;
  }

  return polled[POLL_DISMISSED].revents == 0 ||
         child_process_reap(&slot->dismissed, slot->setting->launcher, &status,
                            error);
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

  if (slot->is_busy && now >= slot->watch.at && !slot->ending.killed) {
    slot->ending.loop_period =
        endless_loop_look(&slot->watch, slot->child.pid, now);
    if (slot->ending.loop_period > 0) {
      slot->ending.timed_out = true;
      kill_child(slot);
    }
  }
  if (slot->is_busy && now >= slot->child_deadline && !slot->ending.killed) {
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

static void serve_run(struct slot *slot, bool was_busy,
                      const struct pollfd *polled) {
  /* An answer may have come since the poll, and must not be called late. */
  if (was_busy != slot->is_busy || polled[POLL_CONTROL].revents != 0) {
    read_answers(slot);
  }
  check_deadlines(slot);
  if (!slot->is_busy && (slot->server.control_fd < 0 ||
                         observation_unanswered(&slot->seen) == 0)) {
    slot->state = SLOT_FINISHED;
  }
}

int slot_serve(struct slot *slot, const struct pollfd *polled,
               struct certspec_error *error) {
  bool was_busy = slot->is_busy;

  if (!serve_children(slot, polled, error)) {
    return 0;
  }

  switch (slot->state) {
    case SLOT_STARTING:
      return serve_start(slot, error);
    case SLOT_IDLE:
      return polled[POLL_CONTROL].revents == 0 || serve_idle(slot, error);
    case SLOT_RUNNING:
      serve_run(slot, was_busy, polled);
      return 1;
    default:
      return 1;
  }
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
