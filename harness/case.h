/* case: the catalogue of statements and cases, read from vectors/, and the plan
 * that a case is on one protocol (catalogue.c, case_check.c, plan.c). */
#ifndef CERTSPEC_CASE_H
#define CERTSPEC_CASE_H

#include <jansson.h>
#include <stddef.h>

#include "error.h"
#include "json_document.h"
#include "protocol.h"

enum certspec_tier { TIER_DOCUMENTED, TIER_OBSERVED };

struct certspec_statement {
  const char *id;
  const char *page;
  const char *section;
  const char *text;
  const char *untestable; /* the reason, or NULL */
};

/* A case as it stands in its file. All pointers are borrowed from the
 * catalogue's documents. */
struct certspec_case {
  const char *id;
  const char *topic;
  const char *title;
  int rev;
  enum certspec_tier tier;
  const json_t *statements; /* array of ids */
  const json_t *needs;      /* array of features, or NULL */
  const struct protocol **protocols;
  size_t num_protocols;
  json_t *root;     /* the whole object */
  const char *file; /* relative to the vectors folder: "cases/suspend.json" */
  size_t line;
};

struct certspec_catalogue {
  char *folder;
  struct json_document *documents;
  size_t num_documents;
  struct certspec_statement *statements;
  size_t num_statements;
  struct certspec_case *cases; /* sorted by id */
  size_t num_cases;
};

/* A plan is what a case asks for on one protocol: amendments merged, steps of
 * other protocols left out, "times" unrolled. The numbers of steps[N] count the
 * steps of the plan. Shares nothing with the catalogue, so that it can be
 * changed. */
struct certspec_plan {
  const struct certspec_case *source;
  const struct protocol *protocol;
  json_t *client;  /* object */
  json_t *server;  /* object: scenario without version and seed */
  json_t *steps;   /* array */
  json_t *expect;  /* object, documented cases; else NULL */
  json_t *observe; /* array of names, observed cases; else NULL */
};

/* catalogue_load reads the *.json files of the folders manual and cases of the
 * vectors |folder|, and checks keys, kinds, ids and references as
 * vectors/README.md has them; of client, server and single steps only that they
 * are objects (client_check_plan and the server know their keys). 1, or 0 with
 * |error| naming file, line, case and cause. Free with catalogue_free. */
int catalogue_load(struct certspec_catalogue *out, const char *folder,
                   struct certspec_error *error);

void catalogue_free(struct certspec_catalogue *catalogue);

/* catalogue_find_case and catalogue_find_statement return what has |id|, or
 * NULL. Borrowed. */
const struct certspec_case *catalogue_find_case(
    const struct certspec_catalogue *catalogue, const char *id);

const struct certspec_statement *catalogue_find_statement(
    const struct certspec_catalogue *catalogue, const char *id);

/* plan_make merges |source| for |protocol|. 1, or 0 with |error| when the case
 * is not run on it. Free with plan_free. */
int plan_make(struct certspec_plan *out, const struct certspec_case *source,
              const struct protocol *protocol, struct certspec_error *error);

void plan_free(struct certspec_plan *plan);

#endif
