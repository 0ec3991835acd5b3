/* known_way: in what ways the library under test is known to differ from the
 * model. Data of vectors/ways. */
#ifndef CERTSPEC_KNOWN_WAY_H
#define CERTSPEC_KNOWN_WAY_H

#include <jansson.h>
#include <stddef.h>

#include "error.h"
#include "json_document.h"
#include "model.h"

struct known_way {
  enum model_way way;
  const char *reason;
  const char *link;     /* or NULL */
  const char *scenario; /* a code: the least that shows it */
};

struct known_ways {
  struct json_document *documents;
  size_t num_documents;
  struct known_way ways[NUM_MODEL_WAYS]; /* that hold for the subject */
  size_t num_ways;
};

/* known_ways_load reads ways/ of the |vectors| folder and keeps what holds for
 * the subject's library and version. 1, or 0 with |error|: a bad file, a way
 * that the model does not know, one that stands twice. No folder: nothing is
 * known. Free with known_ways_free. */
int known_ways_load(struct known_ways *out, const char *vectors,
                    struct certspec_error *error);

void known_ways_free(struct known_ways *ways);

/* known_ways_bits returns the ways as they stand in model_facts. */
uint64_t known_ways_bits(const struct known_ways *ways);

/* known_ways_find returns the record of |way|, or NULL. */
const struct known_way *known_ways_find(const struct known_ways *ways,
                                        enum model_way way);

#endif
