#include "child.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "client.h"
#include "event.h"
#include "local_socket.h"

/* There in instrumented builds only; _exit would leave them out. */
extern void __gcov_dump(void) __attribute__((weak));
extern void __lsan_do_leak_check(void) __attribute__((weak));

enum { CONTROL_FD = 3, EVENT_FD = 4, TASK_FD = 5, FIRST_FREE_FD = 6 };

/* What stands before a task's text. */
struct task_header {
  struct child_task task;
  size_t text_len;
};

/* Puts the files in their places, and closes all else: the pipes of other
 * slots would keep those open. */
static void arrange_files(const struct child_setting *setting) {
  int null_fd = open("/dev/null", O_RDWR | O_CLOEXEC);
  int control_fd = fcntl(setting->control_fd, F_DUPFD_CLOEXEC, FIRST_FREE_FD);
  int event_fd = fcntl(setting->event_fd, F_DUPFD_CLOEXEC, FIRST_FREE_FD);
  int stderr_fd = fcntl(setting->stderr_fd, F_DUPFD_CLOEXEC, FIRST_FREE_FD);
  int task_fd = fcntl(setting->task_fd, F_DUPFD_CLOEXEC, FIRST_FREE_FD);

  dup2(null_fd, STDIN_FILENO);
  dup2(null_fd, STDOUT_FILENO);
  dup2(stderr_fd, STDERR_FILENO);
  dup2(control_fd, CONTROL_FD);
  dup2(event_fd, EVENT_FD);
  dup2(task_fd, TASK_FD);
  close_range(FIRST_FREE_FD, ~0U, 0);
}

/* SIGINT and SIGTERM stay blocked, as in the parent: ^C reaches the whole
 * process group, and it is the parent that ends its children. */
static void arrange_process(pid_t parent) {
  struct rlimit none = {0};
  struct rlimit file = {.rlim_cur = CHILD_FILE_MAX, .rlim_max = CHILD_FILE_MAX};

  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) {
    _exit(1);
  }
  signal(SIGPIPE, SIG_DFL);
  setrlimit(RLIMIT_CORE, &none);
  signal(SIGXFSZ, SIG_IGN);
  setrlimit(RLIMIT_FSIZE, &file);
}

char *child_describe(const struct certspec_plan *plan) {
  char seed[256];
  json_t *task;
  char *text;

  snprintf(seed, sizeof(seed), "%s %d %s", plan->source->id, plan->source->rev,
           plan->protocol->name);
  task = json_pack("{s:s, s:s, s:O, s:O, s:O}", "seed", seed, "protocol",
                   plan->protocol->name, "client", plan->client, "server",
                   plan->server, "steps", plan->steps);
  text = json_dumps(task, JSON_COMPACT);
  json_decref(task);
  return text;
}

static void perform(const struct child_task *about, const char *text,
                    size_t text_len, struct pki *pki,
                    const struct event_sink *sink) {
  json_t *task = json_loadb(text, text_len, 0, NULL);
  const char *protocol = json_string_value(json_object_get(task, "protocol"));
  struct certspec_plan plan = {
      .protocol = protocol != NULL ? protocol_find(protocol) : NULL,
      .client = json_object_get(task, "client"),
      .server = json_object_get(task, "server"),
      .steps = json_object_get(task, "steps"),
  };

  if (plan.protocol == NULL) {
    event_error(sink, "the task cannot be read");
    json_decref(task);
    return;
  }

  struct client_setting client = {
      .plan = &plan,
      .pki = pki,
      .control_fd = CONTROL_FD,
      .first_connection = about->first_connection,
      .deadline = about->deadline,
      .seed = json_string_value(json_object_get(task, "seed")),
      .sink = sink,
  };
  client_perform(&client);
  json_decref(task);
}

/* Takes one task, and performs it. 0 when no other is to follow. */
static int serve(struct pki *pki, const struct event_sink *sink) {
  struct task_header header;

  if (!local_socket_receive(TASK_FD, &header, sizeof(header), NULL)) {
    return 0;
  }

  char *text = malloc(header.text_len + 1);
  int ok = text != NULL &&
           local_socket_receive(TASK_FD, text, header.text_len, NULL);
  if (ok) {
    perform(&header.task, text, header.text_len, pki, sink);
  }
  free(text);
  return ok && !header.task.is_last &&
         local_socket_send(TASK_FD, "", 1, NULL, 0);
}

pid_t child_fork(const struct child_setting *setting) {
  struct event_sink sink;
  pid_t parent = getpid();
  pid_t pid = fork();

  if (pid != 0) {
    return pid;
  }

  arrange_process(parent);
  arrange_files(setting);
  if (!event_sink_open(&sink, EVENT_FD)) {
    _exit(1);
  }
  while (serve(setting->pki, &sink)) {
  }
  if (__lsan_do_leak_check != NULL) {
    __lsan_do_leak_check();
  }
  if (__gcov_dump != NULL) {
    __gcov_dump();
  }
  _exit(0);
}

int child_send(int fd, const struct child_task *task, const char *text) {
  struct task_header header = {.task = *task, .text_len = strlen(text)};

  return local_socket_send(fd, &header, sizeof(header), NULL, 0) &&
         local_socket_send(fd, text, header.text_len, NULL, 0);
}

enum child_word child_hear(int fd) {
  char byte;
  ssize_t num;

  do {
    num = recv(fd, &byte, 1, MSG_DONTWAIT);
  } while (num < 0 && errno == EINTR);
  if (num > 0) {
    return CHILD_DONE;
  }

  return num < 0 && errno == EAGAIN ? CHILD_SILENT : CHILD_GONE;
}
