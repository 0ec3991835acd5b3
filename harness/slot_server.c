#include "slot_server.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "event.h"
#include "log_line.h"
#include "processor.h"

#define STDERR_TAIL 2000

char *slot_take_tail(int fd) {
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

static struct server_setting server_setting(const struct slot *slot) {
  struct server_setting setting = slot->setting->server;

  setting.stderr_fd = slot->server_stderr;
  return setting;
}

int slot_start_server(struct slot *slot, struct certspec_error *error) {
  struct server_setting setting = server_setting(slot);

  if (!server_spawn(&slot->server, &setting, error)) {
    slot->state = SLOT_DEAD;
    return 0;
  }

  processor_keep(slot->server.pid, slot->processor);
  slot->state = SLOT_STARTING;
  slot->server_deadline = event_now() + SERVER_START_SECONDS;
  return 1;
}

void slot_set_fault(struct slot *slot, const char **out, const char *text) {
  if (slot->fault_text[0] == '\0') {
    snprintf(slot->fault_text, sizeof(slot->fault_text), "%s", text);
    *out = slot->fault_text;
  }
}

/* The last line that the server wrote to its stderr says most. */
static void say_last_words(struct slot *slot, char *out, size_t out_size) {
  char *tail = slot_take_tail(slot->server_stderr);

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

void slot_lose_server(struct slot *slot, const char *text) {
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
  slot_set_fault(slot, &slot->ending.server_fault, whole);
  slot->answer_deadline = INFINITY;
}

void slot_match_early(struct slot *slot) {
  const char *key;
  json_t *answer;
  void *next;

  json_object_foreach_safe(slot->early, next, key, answer) {
    if (observation_answer(&slot->seen, strtol(key, NULL, 10), answer)) {
      json_object_del(slot->early, key);
    }
  }
}

void slot_end_connections(struct slot *slot) {
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

/* {"id", "observation"} or {"id", "error"}; the latter is kept as it is. */
static void take_answer(struct slot *slot, json_t *line) {
  const json_t *id = json_object_get(line, "id");
  json_t *answer = json_object_get(line, "observation");
  const json_t *log = json_object_get(answer, "log");
  const char *error = json_string_value(json_object_get(line, "error"));
  long number = (long)json_integer_value(id);
  char key[24];

  if (!json_is_integer(id) && error != NULL) {
    /* What a line that we ended is answered with may come during a later
     * run. */
    if (slot->num_ended_lines > 0) {
      slot->num_ended_lines--;
    } else if (slot->state == SLOT_RUNNING) {
      slot_set_fault(slot, &slot->ending.server_fault, error);
    }
    return;
  }
  if (!json_is_integer(id) || (answer == NULL && error == NULL) ||
      (log != NULL && !log_line_is_log(log))) {
    slot_lose_server(slot, "the server wrote a line that is no answer");
    return;
  }
  if (slot->state != SLOT_RUNNING || number < slot->first_connection) {
    return; /* late, of a run whose child was killed */
  }

  snprintf(key, sizeof(key), "%ld", number);
  json_object_set(slot->early, key, answer != NULL ? answer : line);
  slot_match_early(slot);
}

void slot_read_answers(struct slot *slot) {
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
        slot_lose_server(slot, NULL);
        return;
      case SERVER_RUBBISH:
        slot_lose_server(slot, error.text);
        return;
    }
  }
}

int slot_serve_start(struct slot *slot, struct certspec_error *error) {
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

int slot_serve_idle(struct slot *slot, struct certspec_error *error) {
  slot_read_answers(slot);
  if (slot->server.control_fd >= 0) {
    return 1;
  }

  slot->fault_text[0] = '\0';
  return slot_start_server(slot, error);
}
