#include "json_folder.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SUFFIX ".json"

static int is_json_name(const struct dirent *entry) {
  size_t len = strlen(entry->d_name);
  size_t suffix_len = strlen(SUFFIX);

  return entry->d_name[0] != '.' && len > suffix_len &&
         strcmp(entry->d_name + len - suffix_len, SUFFIX) == 0;
}

/* Not alphasort: that sorts by the user's locale. */
static int compare_names(const struct dirent **a, const struct dirent **b) {
  return strcmp((*a)->d_name, (*b)->d_name);
}

static int take_file(const char *folder, const char *name,
                     json_folder_take *take, void *argument,
                     struct certspec_error *error) {
  char *path = NULL;

  if (asprintf(&path, "%s/%s", folder, name) < 0) {
    return certspec_error_set(error, folder, 0, "out of memory");
  }

  int ok = take(argument, path, error);
  free(path);
  return ok;
}

int json_folder_walk(size_t *out_num, const char *folder,
                     json_folder_take *take, void *argument,
                     struct certspec_error *error) {
  struct dirent **entries = NULL;
  int num = scandir(folder, &entries, is_json_name, compare_names);

  if (num < 0) {
    return certspec_error_set(error, folder, 0, "cannot be read: %s",
                              strerror(errno));
  }

  int ok = 1;
  for (int i = 0; i < num; i++) {
    ok = ok && take_file(folder, entries[i]->d_name, take, argument, error);
    free(entries[i]);
  }
  free((void *)entries);
  *out_num = (size_t)num;
  return ok;
}

int json_folder_walk_known(const char *parent, const char *name,
                           json_folder_take *take, void *argument,
                           struct certspec_error *error) {
  char *folder = NULL;
  size_t num;

  if (asprintf(&folder, "%s/%s", parent, name) < 0) {
    return certspec_error_set(error, parent, 0, "out of memory");
  }

  int ok = (access(folder, F_OK) != 0 && errno == ENOENT) ||
           json_folder_walk(&num, folder, take, argument, error);
  free(folder);
  return ok;
}

struct json_document *json_folder_add(struct json_document **documents,
                                      size_t *num, const char *path,
                                      struct certspec_error *error) {
  struct json_document *grown =
      reallocarray(*documents, *num + 1, sizeof(*grown));

  if (grown == NULL) {
    certspec_error_set(error, path, 0, "out of memory");
    return NULL;
  }

  *documents = grown;
  if (!json_document_load(&grown[*num], path, error)) {
    return NULL;
  }
  return &grown[(*num)++];
}
