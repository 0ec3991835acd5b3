/* json_shape: where a value stands in a JSON document, and the keys and kinds
 * of values an object may have. */
#ifndef CERTSPEC_JSON_SHAPE_H
#define CERTSPEC_JSON_SHAPE_H

#include <jansson.h>
#include <stddef.h>

#include "error.h"
#include "json_document.h"

/* A place is made on the stack from the place around it, which it borrows. */
struct json_place {
  const struct json_document *document;
  struct certspec_error *error;    /* gets what is found wrong */
  const struct json_place *parent; /* NULL: the root of the document */
  const char *key;                 /* NULL: an element of an array */
  size_t index;
  const char *about; /* what stands here, such as "case suspend/x", or NULL */
};

/* json_place_root, json_place_key and json_place_index return the place of
 * |document|'s root, of |parent|'s |key|, and of |parent|'s element |index|. */
struct json_place json_place_root(const struct json_document *document,
                                  struct certspec_error *error);
struct json_place json_place_key(const struct json_place *parent,
                                 const char *key);
struct json_place json_place_index(const struct json_place *parent,
                                   size_t index);

/* json_place_line returns the line that |place| begins on, from 1. */
size_t json_place_line(const struct json_place *place);

/* json_place_error writes "file:line: case suspend/x: steps[2]: cause" into the
 * place's error. |key|, where not NULL, moves the line to that key of the
 * object that stands at |place|. Returns 0 always. */
int json_place_error(const struct json_place *place, const char *key,
                     const char *format, ...)
    __attribute__((format(printf, 3, 4)));

enum json_kind {
  JSON_KIND_TEXT, /* not empty */
  JSON_KIND_INTEGER,
  JSON_KIND_BOOLEAN,
  JSON_KIND_OBJECT,
  JSON_KIND_ARRAY,
  JSON_KIND_TEXTS, /* an array of JSON_KIND_TEXT, none of them twice */
};

enum json_need { JSON_OPTIONAL, JSON_REQUIRED };

struct json_rule {
  const char *key;
  enum json_kind kind;
  enum json_need need;
};

#define JSON_NUM_RULES(rules) (sizeof(rules) / sizeof((rules)[0]))

/* json_shape_check tells whether |value|, which stands at |place|, is an
 * object that keeps the |rules| and has no further key: 1, or 0 with the
 * place's error. json_shape_check_known does the same for the keys that have
 * a rule, and leaves other keys to somebody else. */
int json_shape_check(const struct json_place *place, json_t *value,
                     const struct json_rule *rules, size_t num_rules);
int json_shape_check_known(const struct json_place *place, json_t *value,
                           const struct json_rule *rules, size_t num_rules);

#endif
