#include "slot.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "child.h"
#include "endless_loop.h"
#include "event.h"
#include "processor.h"
#include "processor_time.h"
#include "slot_server.h"

/* Seconds that a server has for its answer after a connection's deadline. */
#define ANSWER_GRACE 3.0
#define CONNECTION_SECONDS 5.0

/* Connection ids of successive runs lie this far apart, so that an answer that
 * comes late is never taken for one of this run. */
#define IDS_PER_RUN 100000L

/* Bytes of events at which their file is emptied, if no new child comes before:
 * little of what a run may write. */
#define EVENTS_KEPT (CHILD_FILE_MAX / 64)

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

char *slot_take_stderr(struct slot *slot) {
  return slot_take_tail(slot->child_stderr);
}

int slot_open(struct slot *out, const struct slot_setting *setting,
              int processor, struct certspec_error *error) {
  *out = (struct slot){.setting = setting,
                       .processor = processor,
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

  return slot_start_server(out, error);
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

static void empty_events(struct slot *slot) {
  (void)!ftruncate(slot->events, 0);
  slot->events_at = 0;
}

static int fork_child(struct slot *slot, struct certspec_error *error) {
  struct child_setting setting = {.control_fd = slot->server.control_fd,
                                  .event_fd = slot->events,
                                  .stderr_fd = slot->child_stderr};

  empty_events(slot);
  slot->child_server = slot->server.pid;
  if (!child_process_fork(&slot->child, slot->setting->launcher, &setting,
                          error)) {
    return 0;
  }

  processor_keep(slot->child.pid, slot->processor);
  return 1;
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

/* What is no whole line was being written when the child was killed. */
static void take_lines(struct slot *slot, const char *text, size_t text_len) {
  const char *end;

  while ((end = memchr(text, '\n', text_len)) != NULL) {
    size_t line_len = (size_t)(end - text);

    if (!observation_add(&slot->seen, text, line_len)) {
      slot_set_fault(slot, &slot->ending.fault, "the child wrote no event");
    }
    text += line_len + 1;
    text_len -= line_len + 1;
  }
}

static void kill_child(struct slot *slot) {
  slot->ending.killed = true;
  kill(slot->child.pid, SIGKILL);
}

/* The events of the run that is over, |len| bytes. Owned by the caller; NULL
 * when they cannot be read. */
static char *read_events(const struct slot *slot, size_t len) {
  char *text = malloc(len);

  if (text != NULL &&
      pread(slot->events, text, len, slot->events_at) != (ssize_t)len) {
    free(text);
    text = NULL;
  }

  return text;
}

/* Takes the events of a child that is done. */
static void take_events(struct slot *slot) {
  off_t size = lseek(slot->events, 0, SEEK_END);

  if (size <= slot->events_at) {
    return;
  }

  size_t len = (size_t)(size - slot->events_at);
  char *text = read_events(slot, len);
  slot->events_at = size;
  if (text == NULL) {
    slot_set_fault(slot, &slot->ending.fault, "the events cannot be read");
    return;
  }

  take_lines(slot, text, len);
  free(text);
  if (size >= CHILD_FILE_MAX) {
    slot_set_fault(slot, &slot->ending.fault,
                   "the child wrote too many events");
  }
  if (size >= EVENTS_KEPT) {
    empty_events(slot);
  }
}

/* The server's time counts from the moment it was handed the last one. */
static void await_answers(struct slot *slot) {
  if (observation_unanswered(&slot->seen) > 0) {
    slot->answer_deadline =
        slot->seen.connected + connection_seconds(slot) + ANSWER_GRACE;
  }
}

static void end_run(struct slot *slot) {
  slot->is_busy = false;
  take_events(slot);
  slot_match_early(slot);
  await_answers(slot);
  if (slot->ending.status != 0 && slot->server.control_fd >= 0) {
    slot_end_connections(slot);
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

static void check_deadlines(struct slot *slot) {
  double now = event_now();

  if (slot->is_busy && now >= slot->watch.at && !slot->ending.killed) {
    slot->ending.loop_period =
        endless_loop_look(&slot->watch, slot->child.pid, now,
                          lseek(slot->events, 0, SEEK_END) - slot->events_at);
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
      slot_lose_server(slot,
                       "the server did not answer in time, and was killed");
    }
    slot->answer_deadline = INFINITY;
  }
}

static void serve_run(struct slot *slot, bool was_busy,
                      const struct pollfd *polled) {
  /* An answer may have come since the poll, and must not be called late. */
  if (was_busy != slot->is_busy || polled[POLL_CONTROL].revents != 0) {
    slot_read_answers(slot);
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
      return slot_serve_start(slot, error);
    case SLOT_IDLE:
      return polled[POLL_CONTROL].revents == 0 || slot_serve_idle(slot, error);
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
    return slot_start_server(slot, error);
  }

  slot->state = SLOT_IDLE;
  return 1;
}
