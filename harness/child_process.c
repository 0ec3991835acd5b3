#include "child_process.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/socket.h>
#include <unistd.h>

static void close_fd(int *fd) {
  if (*fd >= 0) {
    close(*fd);
  }
  *fd = -1;
}

int child_process_fork(struct child_process *out, struct launcher *launcher,
                       const struct child_setting *setting,
                       struct certspec_error *error) {
  struct child_setting whole = *setting;
  int fds[2];

  *out = CHILD_PROCESS_NONE;
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) != 0) {
    return certspec_error_set(error, NULL, 0, "child: socketpair: %s",
                              strerror(errno));
  }

  whole.task_fd = fds[1];
  int forked = launcher_fork(launcher, &whole, &out->pid, error);
  close(fds[1]);
  if (!forked) {
    close(fds[0]);
    return 0;
  }

  out->task_fd = fds[0];
  out->pid_fd = pidfd_open(out->pid, 0);
  if (out->pid_fd < 0) {
    certspec_error_set(error, NULL, 0, "pidfd_open: %s", strerror(errno));
    child_process_kill(out, launcher);
    return 0;
  }

  return 1;
}

void child_process_dismiss(struct child_process *child) {
  close_fd(&child->task_fd);
}

int child_process_reap(struct child_process *child, struct launcher *launcher,
                       int *out_status, struct certspec_error *error) {
  pid_t pid = child->pid;

  close_fd(&child->pid_fd);
  close_fd(&child->task_fd);
  *child = CHILD_PROCESS_NONE;
  return launcher_reap(launcher, pid, out_status, error);
}

void child_process_kill(struct child_process *child,
                        struct launcher *launcher) {
  struct certspec_error error;
  int status;

  if (child->pid > 0) {
    kill(child->pid, SIGKILL);
    (void)child_process_reap(child, launcher, &status, &error);
  }
}
