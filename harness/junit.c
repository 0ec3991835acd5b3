#include "junit.h"

#include <stdlib.h>
#include <string.h>

#include "output.h"

/* XML 1.0 has no way to write a control character. */
static void print_escaped(FILE *file, const char *text) {
  for (; *text != '\0'; text++) {
    switch (*text) {
      case '<':
        fputs("&lt;", file);
        break;
      case '>':
        fputs("&gt;", file);
        break;
      case '&':
        fputs("&amp;", file);
        break;
      case '"':
        fputs("&quot;", file);
        break;
      case '\n':
        fputs("&#10;", file);
        break;
      default:
        fputc((unsigned char)*text < 0x20 ? '?' : *text, file);
    }
  }
}

static void print_attribute(FILE *file, const char *name, const char *value) {
  fprintf(file, " %s=\"", name);
  print_escaped(file, value != NULL ? value : "");
  fputc('"', file);
}

/* What a run is in JUnit's terms: the element inside of its testcase. */
static const char *element(const struct run *run, bool strict) {
  if (run->verdict == VERDICT_UNSUPPORTED) {
    return "skipped";
  }
  if (run->verdict == VERDICT_KNOWN_DEVIATION && strict) {
    return "failure";
  }
  switch (verdict_exit(run->verdict)) {
    case 0:
      return NULL;
    case 3:
      return "error";
    default:
      return run->verdict == VERDICT_CRASH ? "error" : "failure";
  }
}

static void print_differences(FILE *file, const json_t *object) {
  static const char *const keys[] = {"want", "got"};

  for (size_t i = 0; i < 2; i++) {
    char *text = json_dumps(json_object_get(object, keys[i]), JSON_INDENT(2));

    fprintf(file, "%s ", keys[i]);
    print_escaped(file, text != NULL ? text : "");
    fputs("&#10;", file);
    free(text);
  }
  print_escaped(file, json_string_value(json_object_get(object, "reproduce")));
}

static void print_run(FILE *file, const struct run *run, bool strict) {
  const char *inside = element(run, strict);

  fputs("    <testcase", file);
  print_attribute(file, "classname", run->plan.source->id);
  print_attribute(file, "name", run->plan.protocol->name);
  fprintf(file, " time=\"%.4f\"", run->seconds);
  if (inside == NULL) {
    fputs("/>\n", file);
    return;
  }

  json_t *object = json_loads(run->json, 0, NULL);
  fprintf(file, ">\n      <%s", inside);
  if (strcmp(inside, "skipped") != 0) {
    print_attribute(file, "type", verdict_name(run->verdict));
  }
  print_attribute(file, "message",
                  json_string_value(json_object_get(object, "reason")));
  fputc('>', file);
  if (strcmp(inside, "skipped") != 0) {
    print_differences(file, object);
  }
  fprintf(file, "</%s>\n    </testcase>\n", inside);
  json_decref(object);
}

struct tally {
  size_t tests;
  size_t failure;
  size_t error;
  size_t skipped;
  double seconds;
};

static void count(struct tally *tally, const struct run *run, bool strict) {
  const char *inside = element(run, strict);

  tally->tests++;
  tally->seconds += run->seconds;
  if (inside != NULL) {
    tally->failure += strcmp(inside, "failure") == 0;
    tally->error += strcmp(inside, "error") == 0;
    tally->skipped += strcmp(inside, "skipped") == 0;
  }
}

static void print_tally(FILE *file, const struct tally *tally) {
  fprintf(file,
          " tests=\"%zu\" failures=\"%zu\" errors=\"%zu\" skipped=\"%zu\" "
          "time=\"%.4f\">\n",
          tally->tests, tally->failure, tally->error, tally->skipped,
          tally->seconds);
}

/* The runs of one topic stand together: ids begin with it. Returns the place
 * behind the last of them. */
static size_t print_suite(FILE *file, const struct results *results,
                          size_t begin, bool strict) {
  const struct run *runs = results->list->runs;
  const char *topic = runs[begin].plan.source->topic;
  struct tally tally = {0};
  size_t end = begin;

  while (end < results->list->num_runs &&
         strcmp(runs[end].plan.source->topic, topic) == 0) {
    if (runs[end].done) {
      count(&tally, &runs[end], strict);
    }
    end++;
  }
  if (tally.tests == 0) {
    return end;
  }

  fputs("  <testsuite", file);
  print_attribute(file, "name", topic);
  print_attribute(file, "timestamp", results->date);
  print_tally(file, &tally);
  for (size_t i = begin; i < end; i++) {
    if (runs[i].done) {
      print_run(file, &runs[i], strict);
    }
  }
  fputs("  </testsuite>\n", file);
  return end;
}

int junit_write(const struct results *results, bool strict,
                struct certspec_error *error) {
  struct output output;
  struct tally tally = {0};

  if (!output_open(&output, results->folder, "junit.xml", error)) {
    return 0;
  }

  for (size_t i = 0; i < results->list->num_runs; i++) {
    if (results->list->runs[i].done) {
      count(&tally, &results->list->runs[i], strict);
    }
  }
  fputs(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites"
      " name=\"certspec\"",
      output.file);
  print_tally(output.file, &tally);
  for (size_t i = 0; i < results->list->num_runs;) {
    i = print_suite(output.file, results, i, strict);
  }
  fputs("</testsuites>\n", output.file);
  return output_commit(&output, error);
}
