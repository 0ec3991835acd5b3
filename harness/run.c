#include "run.h"

#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "client.h"
#include "subject.h"

static int matches_globs(const struct text_list *globs, const char *id,
                         bool *out_hits) {
  int hit = globs->num_texts == 0;

  for (size_t i = 0; i < globs->num_texts; i++) {
    if (fnmatch(globs->texts[i], id, 0) == 0) {
      out_hits[i] = true;
      hit = 1;
    }
  }

  return hit;
}

static int names_statement(const struct certspec_case *source,
                           const struct text_list *statements) {
  size_t i;
  json_t *id;

  if (statements->num_texts == 0) {
    return 1;
  }

  json_array_foreach(source->statements, i, id) {
    for (size_t j = 0; j < statements->num_texts; j++) {
      if (strcmp(statements->texts[j], json_string_value(id)) == 0) {
        return 1;
      }
    }
  }

  return 0;
}

static int names_protocol(const struct protocol *protocol,
                          const struct text_list *protocols) {
  for (size_t i = 0; i < protocols->num_texts; i++) {
    if (strcmp(protocols->texts[i], protocol->name) == 0) {
      return 1;
    }
  }

  return protocols->num_texts == 0;
}

static int check_names(const struct certspec_catalogue *catalogue,
                       const struct options *options,
                       struct certspec_error *error) {
  for (size_t i = 0; i < options->statements.num_texts; i++) {
    const char *id = options->statements.texts[i];

    if (catalogue_find_statement(catalogue, id) == NULL) {
      return certspec_error_set(error, NULL, 0, "no statement \"%s\"", id);
    }
  }
  for (size_t i = 0; i < options->protocols.num_texts; i++) {
    const char *name = options->protocols.texts[i];

    if (protocol_find(name) == NULL) {
      return certspec_error_set(error, NULL, 0, "no protocol \"%s\"", name);
    }
  }

  return 1;
}

static int add_run(struct run_list *list, const struct certspec_case *source,
                   const struct protocol *protocol,
                   struct certspec_error *error) {
  struct run *runs =
      realloc(list->runs, (list->num_runs + 1) * sizeof(*list->runs));

  if (runs == NULL) {
    return certspec_error_set(error, NULL, 0, "out of memory");
  }

  list->runs = runs;
  runs[list->num_runs] = (struct run){0};
  if (!plan_make(&runs[list->num_runs].plan, source, protocol, error)) {
    return 0;
  }

  list->num_runs++;
  return 1;
}

static int add_case(struct run_list *list, const struct certspec_case *source,
                    const struct options *options, size_t *counter,
                    struct certspec_error *error) {
  for (size_t i = 0; i < source->num_protocols; i++) {
    if (!names_protocol(source->protocols[i], &options->protocols)) {
      continue;
    }

    size_t place = (*counter)++;
    if (options->shard_total != 0 &&
        place % options->shard_total != options->shard_index - 1) {
      continue;
    }
    if (!add_run(list, source, source->protocols[i], error)) {
      return 0;
    }
  }

  return 1;
}

/* Ids are long: names one that |text| is a part of. */
static int no_match(const struct certspec_catalogue *catalogue,
                    const char *text, struct certspec_error *error) {
  for (size_t i = 0; *text != '\0' && i < catalogue->num_cases; i++) {
    if (strstr(catalogue->cases[i].id, text) != NULL) {
      return certspec_error_set(error, NULL, 0,
                                "no case matches \"%s\"; \"%s\" is one", text,
                                catalogue->cases[i].id);
    }
  }

  return certspec_error_set(error, NULL, 0, "no case matches \"%s\"", text);
}

static int add_cases(struct run_list *list,
                     const struct certspec_catalogue *catalogue,
                     const struct options *options, bool *hits,
                     struct certspec_error *error) {
  size_t counter = 0;

  for (size_t i = 0; i < catalogue->num_cases; i++) {
    const struct certspec_case *source = &catalogue->cases[i];

    if (matches_globs(&options->cases, source->id, hits) &&
        names_statement(source, &options->statements) &&
        !add_case(list, source, options, &counter, error)) {
      return 0;
    }
  }
  for (size_t i = 0; i < options->cases.num_texts; i++) {
    if (!hits[i]) {
      return no_match(catalogue, options->cases.texts[i], error);
    }
  }
  if (counter == 0) {
    return certspec_error_set(error, NULL, 0,
                              "no case is left by what was asked for");
  }

  return 1;
}

int run_list_make(struct run_list *out,
                  const struct certspec_catalogue *catalogue,
                  const struct options *options, struct certspec_error *error) {
  bool *hits = calloc(options->cases.num_texts + 1, sizeof(*hits));
  int ok = hits != NULL && check_names(catalogue, options, error);

  *out = (struct run_list){0};
  if (ok) {
    ok = add_cases(out, catalogue, options, hits, error);
  }
  if (!ok) {
    run_list_free(out);
  }

  free(hits);
  return ok;
}

void run_list_free(struct run_list *list) {
  for (size_t i = 0; i < list->num_runs; i++) {
    plan_free(&list->runs[i].plan);
    free(list->runs[i].json);
  }
  free(list->runs);
  *list = (struct run_list){0};
}

static int check_features(struct run *run, struct certspec_error *error) {
  const struct certspec_case *source = run->plan.source;
  size_t i;
  json_t *feature;

  if (run->plan.protocol->feature != NULL &&
      subject_has(run->plan.protocol->feature) != 1) {
    run->missing = run->plan.protocol->feature;
  }
  json_array_foreach(source->needs, i, feature) {
    const char *name = json_string_value(feature);
    int has = name != NULL ? subject_has(name) : -1;

    if (has < 0) {
      return certspec_error_set(error, source->file, source->line,
                                "case %s: needs: no feature \"%s\"", source->id,
                                name != NULL ? name : "?");
    }
    if (!has && run->missing == NULL) {
      run->missing = name;
    }
  }

  return 1;
}

int run_list_check(struct run_list *list, const struct pki *pki,
                   struct certspec_error *error) {
  for (size_t i = 0; i < list->num_runs; i++) {
    struct run *run = &list->runs[i];
    const struct certspec_case *source = run->plan.source;
    struct certspec_error cause;

    if (!judge_check_plan(&run->plan, error) || !check_features(run, error)) {
      return 0;
    }
    if (!client_check_plan(&run->plan, pki, &cause)) {
      return certspec_error_set(error, source->file, source->line, "%s: %s",
                                source->id, cause.text);
    }
  }

  return 1;
}
