/* local_socket: bytes and descriptors over an AF_UNIX stream socket. */
#ifndef CERTSPEC_LOCAL_SOCKET_H
#define CERTSPEC_LOCAL_SOCKET_H

#include <stddef.h>

#define LOCAL_SOCKET_MAX_FILES 4

/* local_socket_send sends |len| (> 0) bytes of |data|, however long that takes;
 * the |num_files| descriptors |files| ride on the first of them. 1, or 0 with
 * errno. Never raises SIGPIPE. */
int local_socket_send(int fd, const void *data, size_t len, const int *files,
                      size_t num_files);

/* local_socket_receive takes exactly |len| bytes. Descriptors that ride on the
 * first of them go to |files|, LOCAL_SOCKET_MAX_FILES of them, those that are
 * not there as -1; the caller owns them. With |files| NULL they are closed. 1;
 * 0 at the end of file before, or with errno. */
int local_socket_receive(int fd, void *out, size_t len, int *files);

#endif
