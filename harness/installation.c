#include "installation.h"

#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int installation_folder(char *out, size_t out_size, const char *program,
                        const char *name) {
  const char *end = strrchr(program, '/');
  char guess[PATH_MAX];
  char data[PATH_MAX];
  int out_len;

  if (end == NULL) {
    return 0;
  }

  out_len = snprintf(guess, sizeof(guess), "%.*s/%s", (int)(end - program),
                     program, CERTSPEC_DATA_FROM_PROGRAM);
  if (out_len < 0 || (size_t)out_len >= sizeof(guess)) {
    return 0;
  }

  /* A folder missing from an installation must not be that of the sources. */
  bool installed = realpath(guess, data) != NULL;
  out_len = snprintf(out, out_size, "%s/%s",
                     installed ? data : CERTSPEC_SOURCE_DIR, name);
  return out_len > 0 && (size_t)out_len < out_size;
}

static const char *find(char *out, const char *name) {
  char program[PATH_MAX] = "";

  if (out[0] == '\0') {
    (void)!readlink("/proc/self/exe", program, sizeof(program) - 1);
    if (!installation_folder(out, PATH_MAX, program, name)) {
      snprintf(out, PATH_MAX, "%s", name);
    }
  }

  return out;
}

const char *installation_vectors(void) {
  static char folder[PATH_MAX];

  return find(folder, "vectors");
}

const char *installation_servers(void) {
  static char folder[PATH_MAX];

  return find(folder, "servers");
}

const char *installation_reports(void) {
  static char folder[PATH_MAX];

  return find(folder, "reports");
}
