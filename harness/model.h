/* model: the manual as a function: scenario in, predicted outcome out. It
 * knows nothing of any library but what a table of facts says where the manual
 * is silent. Each rule names its source: the id of a statement of
 * vectors/manual, or "observed" with a name where it was only found out. */
#ifndef CERTSPEC_MODEL_H
#define CERTSPEC_MODEL_H

#include <stdbool.h>
#include <stddef.h>

#include "outcome.h"
#include "scenario.h"

enum { MODEL_MAX_SOURCES = 48 };

/* Where the manual is silent and libraries differ. */
struct model_facts {
  const char *line; /* "3.0": the first part of its versions */
  /* A key that does not fit its certificate: the certificate stays. */
  bool mismatch_keeps_certificate;
  /* SSL_get_error looks at the error queue before it looks at the state. */
  bool queue_decides_error;
  /* After a resumption the signature algorithms of a post-handshake request
   * are not taken over, so that no certificate fits. */
  bool resumed_request_without_algorithms;
};

struct prediction {
  struct outcome outcome;
  const char *sources[MODEL_MAX_SOURCES]; /* that were used, each once */
  size_t num_sources;
  const char *impossible; /* the rule against the scenario, or NULL */
};

/* model_facts returns what is known about the library |version|, such as
 * "3.0.19"; a line that is not in the table is taken for its last one. */
const struct model_facts *model_facts(const char *version);

/* model_predict says what |scenario| shows. 1, or 0 when the scenario asks for
 * something that cannot be done, such as a renegotiation in TLS 1.3: then only
 * out->impossible is set. */
int model_predict(struct prediction *out, const struct scenario *scenario,
                  const struct model_facts *facts);

/* model_repair drops the operations of |scenario| that cannot be, and predicts
 * the rest, for a fuzzer. */
void model_repair(struct scenario *scenario, struct prediction *out,
                  const struct model_facts *facts);

/* model_compare looks for the first difference between what was predicted and
 * what was |seen|. 1 and |out|, or 0 when there is none. */
int model_compare(struct outcome_difference *out,
                  const struct prediction *predicted,
                  const struct outcome *seen);

#endif
