/* control_line: bytes on the control line, as if a server process had written
 * them, in two parts. Every whole line is an answer or is named rubbish, in
 * order, whatever the parts. */
#include <jansson.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "determinism.h"
#include "server.h"
#include "target.h"

/* More than a socket's buffer would wait for a reader. */
enum { MAX_BYTES = 60000 };

struct seen {
  size_t num_lines;
  size_t num_rubbish;
};

int LLVMFuzzerInitialize(int *argc, char ***argv) {
  (void)argc;
  (void)argv;
  json_object_seed(1);
  return 0;
}

static size_t count_lines(const uint8_t *data, size_t size) {
  size_t num = 0;

  for (size_t i = 0; i < size; i++) {
    num += data[i] == '\n';
  }

  return num;
}

static void put(int fd, const uint8_t *data, size_t size) {
  if (size > 0) {
    contract(send(fd, data, size, MSG_NOSIGNAL) == (ssize_t)size,
             "the line takes the bytes");
  }
}

/* Reads until nothing whole is there. Returns how it ended. */
static enum server_read drain(struct server *server, struct seen *seen) {
  for (;;) {
    struct certspec_error error = {{0}};
    json_t *line = NULL;
    enum server_read got = server_read(server, &line, &error);

    if (got == SERVER_LINE) {
      contract(json_is_object(line), "an answer is an object");
      seen->num_lines++;
    } else if (got == SERVER_RUBBISH) {
      contract(error.text[0] != '\0', "what is rubbish is named");
      seen->num_rubbish++;
    } else {
      contract(line == NULL, "no line without a line");
      return got;
    }
    json_decref(line);
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct server server = {.control_fd = -1};
  struct seen seen = {0};
  int ends[2];

  if (size < 2 || size > MAX_BYTES) {
    return -1;
  }

  determinism_begin();
  contract(socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0,
           "a socket pair can be made");
  server.control_fd = ends[0];
  size_t first = 1 + data[0] % (size - 1);
  put(ends[1], data + 1, first - 1);
  contract(drain(&server, &seen) == SERVER_AGAIN, "more is to come");
  put(ends[1], data + first, size - first);
  contract(drain(&server, &seen) == SERVER_AGAIN, "more could come");
  close(ends[1]);
  contract(drain(&server, &seen) == SERVER_GONE, "the process is gone");
  contract(seen.num_lines + seen.num_rubbish == count_lines(data + 1, size - 1),
           "%zu lines, not %zu answers and %zu rubbish",
           count_lines(data + 1, size - 1), seen.num_lines, seen.num_rubbish);

  determinism_trace(&seen, sizeof(seen));
  json_decref(server.ready);
  free(server.buffer);
  if (server.control_fd >= 0) {
    close(server.control_fd);
  }
  return 0;
}
