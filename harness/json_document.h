/* json_document: a JSON file whose values can be traced to lines. */
#ifndef CERTSPEC_JSON_DOCUMENT_H
#define CERTSPEC_JSON_DOCUMENT_H

#include <jansson.h>
#include <stddef.h>

#include "error.h"

struct json_document {
  char *path;
  char *text;
  size_t text_len;
  json_t *root;
};

/* json_document_load reads |path| whole. 1 on success; 0 with |error| naming
 * file, line and cause when it cannot be read, is no UTF-8, is no JSON, has a
 * key twice in one object, or is larger than 64 MiB. Free with
 * json_document_free. */
int json_document_load(struct json_document *out, const char *path,
                       struct certspec_error *error);

void json_document_free(struct json_document *document);

/* json_document_line returns the 1-based line of the value that |path| leads
 * to: a NULL-terminated list of steps, a key as it is, an array index as
 * "#3". The line of the last step that exists when not all do. */
size_t json_document_line(const struct json_document *document,
                          const char *const *path);

/* json_document_lines does the same for all elements of the array that |path|
 * leads to, in one walk: |out_lines| gets at most |num|. Returns how many
 * were written. */
size_t json_document_lines(const struct json_document *document,
                           const char *const *path, size_t *out_lines,
                           size_t num);

#endif
