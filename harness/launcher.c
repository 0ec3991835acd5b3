#include "launcher.h"

#include <errno.h>
#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "local_socket.h"
#include "processor_time.h"
#include "warm_up.h"

extern void __gcov_dump(void) __attribute__((weak));

enum request_kind { REQUEST_WARM_UP, REQUEST_FORK, REQUEST_REAP, REQUEST_USED };

/* The files of a child ride on its request, in this order. */
enum { FILE_CONTROL, FILE_EVENTS, FILE_STDERR, FILE_TASKS, NUM_FILES };

struct request {
  enum request_kind kind;
  pid_t pid;       /* REQUEST_REAP */
  size_t text_len; /* REQUEST_WARM_UP: what follows */
};

struct reply {
  pid_t pid; /* -1: |error| says why */
  int error; /* an errno */
  int status;
  double seconds;
};

static void fork_child(struct reply *reply, const int *files, struct pki *pki) {
  struct child_setting setting = {
      .pki = pki,
      .control_fd = files[FILE_CONTROL],
      .event_fd = files[FILE_EVENTS],
      .stderr_fd = files[FILE_STDERR],
      .task_fd = files[FILE_TASKS],
  };

  reply->pid = child_fork(&setting);
  reply->error = errno;
}

static void reap(struct reply *reply, pid_t pid) {
  do {
    reply->pid = waitpid(pid, &reply->status, 0);
  } while (reply->pid < 0 && errno == EINTR);
  reply->error = errno;
}

static int take_warm_up(int fd, size_t text_len, struct pki *pki) {
  char *text = malloc(text_len + 1);
  int ok = text != NULL && local_socket_receive(fd, text, text_len, NULL);

  if (ok) {
    json_t *wants = json_loadb(text, text_len, 0, NULL);

    warm_up(wants, pki);
    json_decref(wants);
  }
  free(text);
  return ok;
}

static int serve(int fd, struct pki *pki) {
  struct request request;
  struct reply reply = {0};
  int files[LOCAL_SOCKET_MAX_FILES];

  if (!local_socket_receive(fd, &request, sizeof(request), files)) {
    return 0;
  }

  switch (request.kind) {
    case REQUEST_WARM_UP:
      if (!take_warm_up(fd, request.text_len, pki)) {
        return 0;
      }
      reply.pid = getpid();
      break;
    case REQUEST_FORK:
      fork_child(&reply, files, pki);
      break;
    case REQUEST_REAP:
      reap(&reply, request.pid);
      break;
    case REQUEST_USED:
      reply.seconds = processor_time_used(RUSAGE_SELF) +
                      processor_time_used(RUSAGE_CHILDREN);
      break;
  }

  for (size_t i = 0; i < LOCAL_SOCKET_MAX_FILES; i++) {
    if (files[i] >= 0) {
      close(files[i]);
    }
  }
  return local_socket_send(fd, &reply, sizeof(reply), NULL, 0);
}

static void become_launcher(pid_t parent, int fd, struct pki *pki) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) {
    _exit(1);
  }

  while (serve(fd, pki)) {
  }
  if (__gcov_dump != NULL) {
    __gcov_dump();
  }
  _exit(0);
}

int launcher_start(struct launcher *out, struct pki *pki,
                   struct certspec_error *error) {
  pid_t parent = getpid();
  int fds[2];

  *out = (struct launcher){.fd = -1};
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) != 0) {
    return certspec_error_set(error, NULL, 0, "launcher: socketpair: %s",
                              strerror(errno));
  }

  out->child = fork();
  if (out->child == 0) {
    close(fds[0]);
    become_launcher(parent, fds[1], pki);
  }
  close(fds[1]);
  if (out->child < 0) {
    close(fds[0]);
    *out = (struct launcher){.fd = -1};
    return certspec_error_set(error, NULL, 0, "launcher: fork: %s",
                              strerror(errno));
  }

  out->pid = out->child;
  out->fd = fds[0];
  return 1;
}

void launcher_stop(struct launcher *launcher) {
  if (launcher->child <= 0) {
    return;
  }

  close(launcher->fd);
  while (waitpid(launcher->child, NULL, 0) < 0 && errno == EINTR) {
  }
  *launcher = (struct launcher){.fd = -1};
}

static int await_warmth(struct launcher *launcher) {
  struct reply reply;

  if (launcher->is_warming) {
    if (!local_socket_receive(launcher->fd, &reply, sizeof(reply), NULL)) {
      return 0;
    }
    launcher->pid = reply.pid;
    launcher->is_warming = false;
  }

  return 1;
}

static int ask(struct launcher *launcher, const struct request *request,
               const int *files, struct reply *out) {
  return await_warmth(launcher) &&
         local_socket_send(launcher->fd, request, sizeof(*request), files,
                           files != NULL ? NUM_FILES : 0) &&
         local_socket_receive(launcher->fd, out, sizeof(*out), NULL);
}

static int is_gone(struct certspec_error *error) {
  return certspec_error_set(error, NULL, 0,
                            "the process that forks the cases is gone");
}

int launcher_warm_up(struct launcher *launcher, const json_t *wants,
                     struct certspec_error *error) {
  char *text = json_dumps(wants, JSON_COMPACT);
  struct request request = {.kind = REQUEST_WARM_UP};

  if (text == NULL) {
    return certspec_error_set(error, NULL, 0, "out of memory");
  }

  request.text_len = strlen(text);
  launcher->is_warming =
      await_warmth(launcher) &&
      local_socket_send(launcher->fd, &request, sizeof(request), NULL, 0) &&
      local_socket_send(launcher->fd, text, request.text_len, NULL, 0);
  free(text);
  return launcher->is_warming || is_gone(error);
}

int launcher_fork(struct launcher *launcher,
                  const struct child_setting *setting, pid_t *out_pid,
                  struct certspec_error *error) {
  const int files[NUM_FILES] = {
      [FILE_CONTROL] = setting->control_fd,
      [FILE_EVENTS] = setting->event_fd,
      [FILE_STDERR] = setting->stderr_fd,
      [FILE_TASKS] = setting->task_fd,
  };
  struct request request = {.kind = REQUEST_FORK};
  struct reply reply;

  if (!ask(launcher, &request, files, &reply)) {
    return is_gone(error);
  }
  if (reply.pid < 0) {
    return certspec_error_set(error, NULL, 0, "fork: %s",
                              strerror(reply.error));
  }

  *out_pid = reply.pid;
  return 1;
}

int launcher_reap(struct launcher *launcher, pid_t pid, int *out_status,
                  struct certspec_error *error) {
  struct request request = {.kind = REQUEST_REAP, .pid = pid};
  struct reply reply;

  if (!ask(launcher, &request, NULL, &reply)) {
    return is_gone(error);
  }
  if (reply.pid != pid) {
    return certspec_error_set(error, NULL, 0, "waitpid: %s",
                              strerror(reply.error));
  }

  *out_status = reply.status;
  return 1;
}

double launcher_used(struct launcher *launcher) {
  struct request request = {.kind = REQUEST_USED};
  struct reply reply;

  return ask(launcher, &request, NULL, &reply) ? reply.seconds : NAN;
}
