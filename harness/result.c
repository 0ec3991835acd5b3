#include "result.h"

#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include "event.h"
#include "json_text.h"
#include "output.h"

/* Times have microseconds, no more. */
#define DUMP_FLAGS (JSON_COMPACT | JSON_REAL_PRECISION(9))

void result_start(struct results *out,
                  const struct certspec_catalogue *catalogue,
                  const struct run_list *list, const char *folder) {
  time_t now = time(NULL);
  struct tm broken;

  *out = (struct results){.catalogue = catalogue,
                          .list = list,
                          .folder = folder,
                          .started = event_now()};
  gmtime_r(&now, &broken);
  strftime(out->date, sizeof(out->date), "%Y-%m-%dT%H:%M:%SZ", &broken);
}

void result_free(struct results *results) {
  json_decref(results->subject);
  json_decref(results->server);
  *results = (struct results){0};
}

bool result_is_green(enum verdict verdict) {
  int code = verdict_exit(verdict);

  return code == 0 || code == 89;
}

void result_reproduce(const struct certspec_plan *plan, char *out,
                      size_t out_size) {
  snprintf(out, out_size, "./certspec run --case %s --protocol %s",
           plan->source->id, plan->protocol->name);
}

/* What the ladder holds anyway is left out; of a green run the lists of
 * handshakes too. */
static json_t *server_answers(const struct observation *seen, bool green) {
  json_t *list = json_array();
  size_t i;
  json_t *answer;

  json_array_foreach(seen->server, i, answer) {
    json_t *copy = json_copy(answer);

    json_object_del(copy, "log");
    if (green) {
      json_object_del(copy, "handshakes");
      json_object_del(copy, "post_handshake");
    }
    json_array_append_new(list, copy);
  }

  return list;
}

/* All but the log. */
static json_t *render_observation(const struct finished_run *finished,
                                  bool green) {
  const struct observation *seen = finished->seen;
  json_t *observation = json_object();

  if (!green) {
    json_t *client =
        json_pack("{s:O, s:O, s:O, s:O?}", "steps", seen->steps, "callback",
                  seen->callback, "cert_cb", seen->cert_cb, "end", seen->end);

    if (json_array_size(seen->engine) > 0) {
      json_object_set(client, "engine", seen->engine);
    }
    json_object_set_new(observation, "client", client);
    if (finished->stderr_tail[0] != '\0') {
      json_object_set_new(observation, "stderr",
                          json_text(finished->stderr_tail));
    }
  }
  json_object_set_new(observation, "server", server_answers(seen, green));

  return observation;
}

static json_t *or_empty(json_t *object) {
  return object != NULL ? json_incref(object) : json_object();
}

/* Writes the members of |object| (stolen), without its braces. 1, or 0 when
 * they could not be, for |object| is NULL, say. */
static int print_members(json_t *object, FILE *file) {
  int ok = json_dumpf(object, file, DUMP_FLAGS | JSON_EMBED) == 0;

  json_decref(object);
  return ok;
}

static int print_observation(const struct finished_run *finished, bool green,
                             FILE *file) {
  if (finished == NULL) {
    return 1;
  }

  int ok = print_members(render_observation(finished, green), file);
  /* Half of a result is its log, and no value of it is wanted here. */
  fputs(",\"log\":", file);
  observation_print_ladder(finished->seen, file);
  return ok;
}

/* 1, or 0 when what is in |file| then is no JSON. */
static int print_run(const struct run *run, const struct judgement *judgement,
                     const struct finished_run *finished, FILE *file) {
  const struct certspec_case *source = run->plan.source;
  char reproduce[512];

  result_reproduce(&run->plan, reproduce, sizeof(reproduce));
  fputc('{', file);
  int ok = print_members(
      json_pack("{s:s, s:i, s:s, s:s, s:s, s:s, s:o, s:s, s:o, s:o, s:o}",
                "case", source->id, "rev", source->rev, "topic", source->topic,
                "title", source->title, "tier",
                source->tier == TIER_DOCUMENTED ? "documented" : "observed",
                "protocol", run->plan.protocol->name, "statements",
                source->statements != NULL
                    ? json_incref((json_t *)source->statements)
                    : json_array(),
                "verdict", verdict_name(judgement->verdict), "reason",
                json_text(judgement->reason), "got", or_empty(judgement->got),
                "want", or_empty(judgement->want)),
      file);
  fputs(",\"observation\":{", file);
  ok &= print_observation(finished, result_is_green(judgement->verdict), file);
  fputs("},", file);
  ok &= print_members(
      json_pack("{s:f, s:s}", "seconds", run->seconds, "reproduce", reproduce),
      file);
  fputc('}', file);
  return ok;
}

void result_set_run(struct run *run, const struct judgement *judgement,
                    const struct finished_run *finished) {
  size_t json_len = 0;

  run->done = true;
  run->verdict = judgement->verdict;
  run->seconds = finished != NULL ? finished->seconds : 0;
  free(run->json);
  run->json = NULL;

  FILE *file = open_memstream(&run->json, &json_len);
  if (file == NULL) {
    return;
  }

  int ok = print_run(run, judgement, finished, file);
  if (fclose(file) != 0 || !ok) {
    free(run->json);
    run->json = NULL;
  }
}

struct result_counts result_count(const struct run_list *list) {
  struct result_counts counts = {0};
  const struct certspec_case *last = NULL;

  for (size_t i = 0; i < list->num_runs; i++) {
    const struct run *run = &list->runs[i];

    if (!run->done) {
      continue;
    }
    counts.runs++;
    counts.verdicts[run->verdict]++;
    counts.performed += run->verdict != VERDICT_UNSUPPORTED;
    counts.cases += run->plan.source != last;
    last = run->plan.source;
  }

  return counts;
}

static void read_os(char *out, size_t out_size) {
  static const char key[] = "PRETTY_NAME=\"";
  FILE *file = fopen("/etc/os-release", "re");
  char line[256];

  snprintf(out, out_size, "unknown");
  while (file != NULL && fgets(line, sizeof(line), file) != NULL) {
    if (strncmp(line, key, sizeof(key) - 1) == 0) {
      line[strcspn(line, "\n")] = '\0';
      line[strlen(line) - 1] = '\0';
      snprintf(out, out_size, "%.200s", line + sizeof(key) - 1);
    }
  }
  if (file != NULL) {
    fclose(file);
  }
}

static json_t *describe_host(void) {
  struct utsname name;
  char os[256];

  uname(&name);
  read_os(os, sizeof(os));
  return json_pack("{s:s, s:s, s:s, s:I}", "os", os, "kernel", name.release,
                   "machine", name.machine, "cores",
                   (json_int_t)sysconf(_SC_NPROCESSORS_ONLN));
}

static json_t *describe_server(const json_t *ready) {
  if (ready == NULL) {
    return json_null();
  }

  return json_pack("{s:O?, s:O?, s:O?, s:O?}", "python",
                   json_object_get(ready, "python"), "cryptography",
                   json_object_get(ready, "cryptography"), "libcrypto",
                   json_object_get(ready, "openssl"), "libraries",
                   json_object_get(ready, "libraries"));
}

static json_t *summarise(const struct results *results, bool complete) {
  struct result_counts counts = result_count(results->list);
  json_t *verdicts = json_object();

  for (int i = 0; i < VERDICT_COUNT; i++) {
    if (counts.verdicts[i] > 0) {
      json_object_set_new(verdicts, verdict_name((enum verdict)i),
                          json_integer((json_int_t)counts.verdicts[i]));
    }
  }

  return json_pack("{s:I, s:I, s:I, s:o, s:f, s:b}", "cases",
                   (json_int_t)counts.cases, "runs", (json_int_t)counts.runs,
                   "planned", (json_int_t)results->list->num_runs, "verdicts",
                   verdicts, "seconds", event_now() - results->started,
                   "complete", complete);
}

static json_t *describe_statements(const struct certspec_catalogue *catalogue) {
  json_t *object = json_object();

  for (size_t i = 0; i < catalogue->num_statements; i++) {
    const struct certspec_statement *statement = &catalogue->statements[i];
    json_t *value =
        json_pack("{s:s, s:s, s:s}", "page", statement->page, "section",
                  statement->section, "text", statement->text);

    if (statement->untestable != NULL) {
      json_object_set_new(value, "untestable",
                          json_string(statement->untestable));
    }
    json_object_set_new(object, statement->id, value);
  }

  return object;
}

/* Prints "key": value as a line of its own, and steals |value|. */
static void print_member(FILE *file, const char *key, json_t *value) {
  fprintf(file, "  \"%s\": ", key);
  json_dumpf(value, file, JSON_ENCODE_ANY | JSON_REAL_PRECISION(9));
  fputs(",\n", file);
  json_decref(value);
}

void result_print(const struct results *results, bool complete, FILE *file) {
  const char *separator = "\n    ";

  fputs("{\n", file);
  print_member(file, "schema", json_integer(1));
  print_member(file, "certspec", json_string(CERTSPEC_VERSION));
  print_member(file, "date", json_string(results->date));
  print_member(file, "host", describe_host());
  print_member(file, "subject", json_incref(results->subject));
  print_member(file, "server", describe_server(results->server));
  print_member(file, "summary", summarise(results, complete));
  print_member(file, "statements", describe_statements(results->catalogue));
  fputs("  \"runs\": [", file);
  for (size_t i = 0; i < results->list->num_runs; i++) {
    if (results->list->runs[i].json != NULL) {
      fputs(separator, file);
      fputs(results->list->runs[i].json, file);
      separator = ",\n    ";
    }
  }
  fputs("\n  ]\n}\n", file);
}

int result_write(struct results *results, bool complete,
                 struct certspec_error *error) {
  struct output output;
  double began = event_now();

  if (!output_open(&output, results->folder, "results.json", error)) {
    return 0;
  }

  result_print(results, complete, output.file);
  int ok = output_commit(&output, error);
  results->written = event_now();
  results->write_seconds = results->written - began;
  return ok;
}

int result_write_now_and_then(struct results *results,
                              struct certspec_error *error) {
  double pause =
      results->write_seconds * 20 > 1 ? results->write_seconds * 20 : 1;

  return event_now() - results->written < pause ||
         result_write(results, false, error);
}
