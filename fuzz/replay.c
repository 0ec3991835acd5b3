/* replay: performs inputs without libFuzzer: files, and all files of folders.
 * First in order, then in reverse: an input that shows something else when
 * others went before it is not deterministic, and fails. So does one that the
 * target does not take, for it tests nothing.
 *
 * Exit codes: 0 all performed, 1 not deterministic or not taken, 2 nothing to
 * perform or a file that cannot be read. A broken contract aborts. */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "determinism.h"
#include "target.h"

struct input {
  char *path;
  uint8_t *bytes;
  size_t len;
  uint64_t digest;
};

static struct input *inputs;
static size_t num_inputs;

static void fail(const char *path) {
  fprintf(stderr, "replay: %s: %s\n", path, strerror(errno));
  exit(2);
}

static void *grown(void *old, size_t len) {
  void *grown_to = realloc(old, len);

  if (grown_to == NULL) {
    fail("memory");
  }
  return grown_to;
}

static void add_file(const char *path, FILE *file) {
  struct input input = {.path = strdup(path)};
  size_t size = 0;
  size_t num;

  do {
    size = 2 * size + 4096;
    input.bytes = grown(input.bytes, size);
    num = fread(input.bytes + input.len, 1, size - input.len, file);
    input.len += num;
  } while (num > 0);
  if (ferror(file)) {
    fail(path);
  }

  /* Its exact size: reading beyond it has to show. */
  input.bytes = grown(input.bytes, input.len > 0 ? input.len : 1);
  inputs = grown(inputs, (num_inputs + 1) * sizeof(*inputs));
  inputs[num_inputs++] = input;
}

static void add(const char *path);

static void add_folder(const char *path) {
  struct dirent **entries;
  int num = scandir(path, &entries, NULL, alphasort);

  if (num < 0) {
    fail(path);
  }
  for (int i = 0; i < num; i++) {
    char inside[4096];

    snprintf(inside, sizeof(inside), "%s/%s", path, entries[i]->d_name);
    if (entries[i]->d_name[0] != '.') {
      add(inside);
    }
    free(entries[i]);
  }
  free(entries);
}

static void add(const char *path) {
  DIR *folder = opendir(path);
  FILE *file;

  if (folder != NULL) {
    closedir(folder);
    add_folder(path);
    return;
  }

  file = fopen(path, "rb");
  if (file == NULL) {
    fail(path);
  }
  add_file(path, file);
  fclose(file);
}

static int perform(uint64_t *out_digest, const struct input *input) {
  determinism_begin();
  int taken = LLVMFuzzerTestOneInput(input->bytes, input->len) == 0;

  *out_digest = determinism_digest();
  return taken;
}

static int complain(const struct input *input, const char *cause) {
  fprintf(stderr, "replay: %s: %s\n", input->path, cause);
  return 1;
}

static int perform_all(void) {
  uint64_t digest;
  int status = 0;

  for (size_t i = 0; i < num_inputs; i++) {
    if (!perform(&inputs[i].digest, &inputs[i])) {
      status = complain(&inputs[i], "the target does not take it");
    }
  }
  for (size_t i = num_inputs; i > 0; i--) {
    perform(&digest, &inputs[i - 1]);
    if (digest != inputs[i - 1].digest) {
      status = complain(&inputs[i - 1], "not deterministic");
    }
  }

  return status;
}

static void release(void) {
  for (size_t i = 0; i < num_inputs; i++) {
    free(inputs[i].path);
    free(inputs[i].bytes);
  }
  free(inputs);
}

int main(int argc, char **argv) {
  int status;

  LLVMFuzzerInitialize(&argc, &argv);
  for (int i = 1; i < argc; i++) {
    add(argv[i]);
  }
  if (num_inputs == 0) {
    fputs("replay: no inputs\n", stderr);
    return 2;
  }

  status = perform_all();
  printf("%zu inputs\n", num_inputs);
  release();
  return status;
}
