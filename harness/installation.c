#include "installation.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int installation_folder(char *out, size_t out_size, const char *program,
                        const char *name) {
  const char *end = strrchr(program, '/');
  int out_len = snprintf(
      out, out_size, "%.*s/%s/%s", end != NULL ? (int)(end - program) : 1,
      end != NULL ? program : ".", CERTSPEC_DATA_FROM_PROGRAM, name);

  if (out_len > 0 && (size_t)out_len < out_size && access(out, X_OK) == 0) {
    return 1;
  }

  out_len = snprintf(out, out_size, "%s/%s", CERTSPEC_SOURCE_DIR, name);
  return out_len > 0 && (size_t)out_len < out_size;
}

static const char *find(char *out, const char *name) {
  char program[PATH_MAX] = "";

  if (out[0] == '\0') {
    (void)!readlink("/proc/self/exe", program, sizeof(program) - 1);
    (void)!installation_folder(out, PATH_MAX, program, name);
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
