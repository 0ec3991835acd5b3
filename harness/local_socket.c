#include "local_socket.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

union file_space {
  struct cmsghdr header;
  char space[CMSG_SPACE(LOCAL_SOCKET_MAX_FILES * sizeof(int))];
};

int local_socket_send(int fd, const void *data, size_t len, const int *files,
                      size_t num_files) {
  union file_space space = {0};
  struct iovec part = {.iov_base = (void *)data, .iov_len = len};
  struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};

  if (num_files > 0) {
    message.msg_control = &space;
    message.msg_controllen = CMSG_SPACE(num_files * sizeof(int));

    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(num_files * sizeof(int));
    memcpy(CMSG_DATA(header), files, num_files * sizeof(int));
  }

  while (part.iov_len > 0) {
    ssize_t num = sendmsg(fd, &message, MSG_NOSIGNAL);

    if (num < 0 && errno == EINTR) {
      continue;
    }
    if (num <= 0) {
      return 0;
    }
    part.iov_base = (char *)part.iov_base + num;
    part.iov_len -= (size_t)num;
    message.msg_control = NULL;
    message.msg_controllen = 0;
  }

  return 1;
}

static void take_files(struct msghdr *message, int *files) {
  const struct cmsghdr *header = CMSG_FIRSTHDR(message);
  size_t len;

  if (header == NULL || header->cmsg_type != SCM_RIGHTS) {
    return;
  }

  len = header->cmsg_len - CMSG_LEN(0);
  if (len <= LOCAL_SOCKET_MAX_FILES * sizeof(int)) {
    memcpy(files, CMSG_DATA(header), len);
  }
}

int local_socket_receive(int fd, void *out, size_t len, int *files) {
  union file_space space = {0};
  struct iovec part = {.iov_base = out, .iov_len = len};
  struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};

  for (size_t i = 0; files != NULL && i < LOCAL_SOCKET_MAX_FILES; i++) {
    files[i] = -1;
  }
  if (files != NULL) {
    message.msg_control = &space;
    message.msg_controllen = sizeof(space);
  }

  while (part.iov_len > 0) {
    ssize_t num = recvmsg(fd, &message, MSG_CMSG_CLOEXEC);

    if (num < 0 && errno == EINTR) {
      continue;
    }
    if (num <= 0) {
      return 0;
    }
    if (files != NULL && message.msg_control != NULL) {
      take_files(&message, files);
    }
    part.iov_base = (char *)part.iov_base + num;
    part.iov_len -= (size_t)num;
    message.msg_control = NULL;
    message.msg_controllen = 0;
  }

  return 1;
}
