/* scratch: a folder that a test writes its input files into. */
#ifndef CERTSPEC_TESTS_SCRATCH_H
#define CERTSPEC_TESTS_SCRATCH_H

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct scratch {
  char folder[128];
  char path[256]; /* of the file written last */
};

/* scratch_make makes a new, empty folder, or ends the test program. */
static inline void scratch_make(struct scratch *out) {
  const char *parent = getenv("TMPDIR");
  *out = (struct scratch){0};
  snprintf(out->folder, sizeof(out->folder), "%s/certspec-XXXXXX",
           parent != NULL ? parent : "/tmp");
  if (mkdtemp(out->folder) == NULL) {
    perror(out->folder);
    exit(1);
  }
}

/* scratch_make_folder makes the folder |name| in |scratch|. */
static inline void scratch_make_folder(struct scratch *scratch,
                                       const char *name) {
  snprintf(scratch->path, sizeof(scratch->path), "%s/%s", scratch->folder,
           name);
  if (mkdir(scratch->path, 0700) != 0) {
    perror(scratch->path);
    exit(1);
  }
}

/* scratch_write_bytes writes |len| bytes into the file |name| of |scratch|;
 * scratch_write writes a text. Both return the path, valid until the next
 * call. */
static inline const char *scratch_write_bytes(struct scratch *scratch,
                                              const char *name,
                                              const char *bytes, size_t len) {
  snprintf(scratch->path, sizeof(scratch->path), "%s/%s", scratch->folder,
           name);
  FILE *file = fopen(scratch->path, "we");
  if (file == NULL || fwrite(bytes, 1, len, file) != len || fclose(file) != 0) {
    perror(scratch->path);
    exit(1);
  }

  return scratch->path;
}

static inline const char *scratch_write(struct scratch *scratch,
                                        const char *name, const char *text) {
  return scratch_write_bytes(scratch, name, text, strlen(text));
}

static inline int scratch_remove_one(const char *path, const struct stat *about,
                                     int kind, struct FTW *where) {
  (void)about;
  (void)kind;
  (void)where;
  return remove(path);
}

/* scratch_remove removes the folder with all that is in it. */
static inline void scratch_remove(const struct scratch *scratch) {
  nftw(scratch->folder, scratch_remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

#endif
