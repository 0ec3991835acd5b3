/* record: what is known of a library: its deviations from the manual, and the
 * pins of what it does where the manual is silent. Data of vectors/. */
#ifndef CERTSPEC_RECORD_H
#define CERTSPEC_RECORD_H

#include <jansson.h>
#include <stddef.h>

#include "case.h"
#include "error.h"
#include "json_document.h"

struct record {
  const char *file;
  const char *case_id;
  int rev;
  const json_t *protocols;
  const json_t *got;   /* or NULL: the run does not come to its end */
  const char *verdict; /* then "crash" or "timeout", else NULL */
  const char *reason;  /* of a deviation, else NULL */
  const char *link;    /* or NULL */
};

struct record_list {
  struct record *records; /* those that hold for the subject's version */
  size_t num_records;
};

struct records {
  struct json_document *documents;
  size_t num_documents;
  struct record_list deviations;
  struct record_list pins;
};

/* records_load reads LIBRARY-LINE.json of deviations/ and pins/ in the
 * |vectors| folder, the files of the subject's line, and keeps what holds for
 * its version. 1, or 0 with |error|: a bad file, one that is called otherwise,
 * a case that does not exist, two records for one run. Free with records_free.
 */
int records_load(struct records *out, const char *vectors,
                 const struct certspec_catalogue *catalogue,
                 struct certspec_error *error);

void records_free(struct records *records);

/* record_find returns the record in |list| for |plan|: same case, same rev,
 * and its protocol; or NULL. */
const struct record *record_find(const struct record_list *list,
                                 const struct certspec_plan *plan);

#endif
