/* Planted: rubbish that begins with two brackets is swallowed. */
#include <string.h>

#include "server.h"

enum server_read __real_server_read(struct server *server, json_t **out_line,
                                    struct certspec_error *error);
enum server_read __wrap_server_read(struct server *server, json_t **out_line,
                                    struct certspec_error *error);

enum server_read __wrap_server_read(struct server *server, json_t **out_line,
                                    struct certspec_error *error) {
  enum server_read got = __real_server_read(server, out_line, error);

  if (got == SERVER_RUBBISH && strstr(error->text, "[[") != NULL) {
    return __real_server_read(server, out_line, error);
  }
  return got;
}
