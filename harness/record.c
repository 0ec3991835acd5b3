#include "record.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "json_folder.h"
#include "subject.h"

#define FILE_NAME_SIZE 96

struct folder {
  const char *name; /* below vectors/, and the key of the list */
  struct record_list *list;
};

/* What a document is read for. */
struct loading {
  struct records *records;
  struct folder folder;
  const struct certspec_catalogue *catalogue;
  const char *file_name; /* of the subject's line */
};

static int refuse(const struct json_document *document,
                  const struct folder *folder, size_t index, const char *cause,
                  struct certspec_error *error) {
  const char *id = json_string_value(json_object_get(
      json_array_get(json_object_get(document->root, folder->name), index),
      "case"));
  char item[24];
  const char *path[] = {folder->name, item, NULL};

  snprintf(item, sizeof(item), "#%zu", index);
  return certspec_error_set(error, document->path,
                            json_document_line(document, path), "%s: %s",
                            id != NULL ? id : "a record", cause);
}

static int contains(const json_t *list, const char *text) {
  size_t i;
  json_t *value;

  json_array_foreach(list, i, value) {
    const char *item = json_string_value(value);

    if (item != NULL && strcmp(item, text) == 0) {
      return 1;
    }
  }

  return 0;
}

const struct record *record_find(const struct record_list *list,
                                 const struct certspec_plan *plan) {
  for (size_t i = 0; i < list->num_records; i++) {
    const struct record *record = &list->records[i];

    if (record->rev == plan->source->rev &&
        strcmp(record->case_id, plan->source->id) == 0 &&
        contains(record->protocols, plan->protocol->name)) {
      return record;
    }
  }

  return NULL;
}

static int overlaps(const struct record_list *list,
                    const struct record *record) {
  size_t i;
  json_t *protocol;

  for (size_t j = 0; j < list->num_records; j++) {
    const struct record *other = &list->records[j];

    if (other->rev != record->rev ||
        strcmp(other->case_id, record->case_id) != 0) {
      continue;
    }
    json_array_foreach(record->protocols, i, protocol) {
      if (contains(other->protocols, json_string_value(protocol))) {
        return 1;
      }
    }
  }

  return 0;
}

static int append(struct record_list *list, const struct record *record) {
  struct record *records =
      realloc(list->records, (list->num_records + 1) * sizeof(*records));

  if (records == NULL) {
    return 0;
  }

  records[list->num_records++] = *record;
  list->records = records;
  return 1;
}

static const char *check_protocols(const json_t *protocols) {
  size_t i;
  json_t *protocol;

  json_array_foreach(protocols, i, protocol) {
    const char *name = json_string_value(protocol);

    if (name == NULL || protocol_find(name) == NULL) {
      return "\"protocols\" names no protocol";
    }
  }

  return json_array_size(protocols) > 0 ? NULL : "\"protocols\" is empty";
}

/* Reads |item|. NULL, or the cause why it cannot be used. */
static const char *read_record(struct record *out, json_t *item,
                               const struct certspec_catalogue *catalogue,
                               int *out_holds) {
  json_t *versions = NULL;
  json_t *protocols = NULL;
  json_t *got = NULL;

  if (json_unpack(item, "{s:s, s:i, s:o, s:o, s?o, s?s, s?s, s?s}", "case",
                  &out->case_id, "rev", &out->rev, "protocols", &protocols,
                  "versions", &versions, "got", &got, "verdict", &out->verdict,
                  "reason", &out->reason, "link", &out->link) != 0 ||
      (got == NULL) == (out->verdict == NULL)) {
    return "needs case, rev, protocols, versions and one of got and verdict";
  }
  if (catalogue_find_case(catalogue, out->case_id) == NULL) {
    return "there is no such case";
  }
  if (got != NULL && (!json_is_object(got) || json_object_size(got) == 0)) {
    return "\"got\" names nothing";
  }
  if (out->verdict != NULL && strcmp(out->verdict, "crash") != 0 &&
      strcmp(out->verdict, "timeout") != 0) {
    return "\"verdict\" is neither crash nor timeout";
  }

  out->protocols = protocols;
  out->got = got;
  *out_holds = json_is_array(versions) ? subject_version_in(versions) : -1;
  return *out_holds < 0 ? "\"versions\" is malformed"
                        : check_protocols(protocols);
}

static int add_document(const struct json_document *document,
                        const struct folder *folder,
                        const struct certspec_catalogue *catalogue,
                        struct certspec_error *error) {
  const json_t *list = json_object_get(document->root, folder->name);
  size_t i;
  json_t *item;

  if (!json_is_array(list)) {
    return certspec_error_set(error, document->path, 1, "no list \"%s\"",
                              folder->name);
  }
  json_array_foreach(list, i, item) {
    struct record record = {.file = document->path};
    int holds = 0;
    const char *cause = read_record(&record, item, catalogue, &holds);

    if (cause != NULL) {
      return refuse(document, folder, i, cause, error);
    }
    if (!holds) {
      continue;
    }
    if (overlaps(folder->list, &record)) {
      return refuse(document, folder, i,
                    "another record holds for the same run", error);
    }
    if (!append(folder->list, &record)) {
      return refuse(document, folder, i, "out of memory", error);
    }
  }

  return 1;
}

/* Whether |name| is LIBRARY-LINE.json, of whatever library. */
static int is_of_a_line(const char *name) {
  const char *dash = strrchr(name, '-');

  return dash != NULL && dash != name && isdigit((unsigned char)dash[1]);
}

/* WARNING: the files of other lines are not even read: they are most of what
 * is known, and reading all took longer than a run. */
static int load_document(void *argument, const char *path,
                         struct certspec_error *error) {
  const struct loading *loading = argument;
  struct records *records = loading->records;
  const char *name = strrchr(path, '/') + 1;

  if (!is_of_a_line(name)) {
    return certspec_error_set(error, path, 0,
                              "is no LIBRARY-LINE.json, as %s is",
                              loading->file_name);
  }
  if (strcmp(name, loading->file_name) != 0) {
    return 1;
  }

  const struct json_document *document = json_folder_add(
      &records->documents, &records->num_documents, path, error);
  if (document == NULL) {
    return 0;
  }

  const char *library = "";
  const char *line = "";
  char own_name[FILE_NAME_SIZE];
  if (json_unpack(document->root, "{s:s, s:s}", "library", &library, "line",
                  &line) != 0) {
    return certspec_error_set(error, path, 1, "no \"library\" and \"line\"");
  }
  snprintf(own_name, sizeof(own_name), "%s-%s.json", library, line);
  if (strcmp(own_name, name) != 0) {
    return certspec_error_set(error, path, 1, "is of %s %s by what it says",
                              library, line);
  }

  return add_document(document, &loading->folder, loading->catalogue, error);
}

int records_load(struct records *out, const char *vectors,
                 const struct certspec_catalogue *catalogue,
                 struct certspec_error *error) {
  char line[32];
  char file_name[FILE_NAME_SIZE];

  *out = (struct records){0};
  if (!subject_version_line(line, sizeof(line), subject_version())) {
    return certspec_error_set(error, NULL, 0, "%s %s is no version",
                              subject_library(), subject_version());
  }
  snprintf(file_name, sizeof(file_name), "%s-%s.json", subject_library(), line);

  const struct folder folders[] = {{"deviations", &out->deviations},
                                   {"pins", &out->pins}};
  for (size_t i = 0; i < 2; i++) {
    struct loading loading = {out, folders[i], catalogue, file_name};

    if (!json_folder_walk_known(vectors, folders[i].name, load_document,
                                &loading, error)) {
      records_free(out);
      return 0;
    }
  }

  return 1;
}

void records_free(struct records *records) {
  for (size_t i = 0; i < records->num_documents; i++) {
    json_document_free(&records->documents[i]);
  }
  free(records->documents);
  free(records->deviations.records);
  free(records->pins.records);
  *records = (struct records){0};
}
