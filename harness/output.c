#include "output.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int make_folder(const char *path) {
  return mkdir(path, 0777) == 0 || errno == EEXIST;
}

int output_folder(const char *folder, struct certspec_error *error) {
  char *path = strdup(folder);
  struct stat status;
  int ok = path != NULL;

  for (char *at = path; ok && *at != '\0'; at++) {
    if (*at == '/' && at != path) {
      *at = '\0';
      ok = make_folder(path);
      *at = '/';
    }
  }
  ok = ok && make_folder(path);
  free(path);
  if (!ok) {
    return certspec_error_set(error, folder, 0, "%s", strerror(errno));
  }
  if (stat(folder, &status) != 0 || !S_ISDIR(status.st_mode)) {
    return certspec_error_set(error, folder, 0, "is no folder");
  }

  return 1;
}

static void release(struct output *output) {
  free(output->path);
  free(output->temporary);
  *output = (struct output){0};
}

int output_open(struct output *out, const char *folder, const char *name,
                struct certspec_error *error) {
  *out = (struct output){0};
  if (asprintf(&out->path, "%s/%s", folder, name) < 0 ||
      asprintf(&out->temporary, "%s/.%s.%ld", folder, name, (long)getpid()) <
          0) {
    release(out);
    return certspec_error_set(error, folder, 0, "out of memory");
  }

  out->file = fopen(out->temporary, "we");
  if (out->file == NULL) {
    certspec_error_set(error, out->path, 0, "%s", strerror(errno));
    release(out);
    return 0;
  }

  return 1;
}

int output_commit(struct output *output, struct certspec_error *error) {
  int failed = ferror(output->file);

  errno = 0;
  failed |= fclose(output->file) != 0;
  if (!failed) {
    failed = rename(output->temporary, output->path) != 0;
  }
  if (failed) {
    certspec_error_set(error, output->path, 0, "%s",
                       errno != 0 ? strerror(errno) : "a write failed");
    (void)unlink(output->temporary);
  }

  release(output);
  return !failed;
}
