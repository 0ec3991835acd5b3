#include "console.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "event.h"
#include "explain.h"

/* What is not green beyond this number is only named: results.json has it
 * all. */
#define EXPLAINED_MAX 20

#define PLAIN_SECONDS 10.0
#define TERMINAL_SECONDS 0.1

bool console_color(enum color color) {
  const char *no_color = getenv("NO_COLOR");

  if (color != COLOR_AUTO) {
    return color == COLOR_ALWAYS;
  }

  return isatty(STDOUT_FILENO) && (no_color == NULL || no_color[0] == '\0');
}

void console_start(struct console *out, const struct options *options,
                   size_t total) {
  *out = (struct console){.quiet = options->quiet,
                          .color = console_color(options->color),
                          .terminal = isatty(STDERR_FILENO),
                          .total = total,
                          .next_quarter = 1,
                          .started = event_now(),
                          .shown = event_now()};
}

void console_count(struct console *console, enum verdict verdict) {
  console->done++;
  console->not_green += !result_is_green(verdict);
}

static void print_progress(const struct console *console, double now) {
  double elapsed = now - console->started;
  char left[32] = "";

  if (console->done > 0 && console->done < console->total) {
    snprintf(left, sizeof(left), ", %.0f s left",
             ceil(elapsed / (double)console->done *
                  (double)(console->total - console->done)));
  }
  fprintf(stderr, "%s%zu of %zu runs, %zu %%, %.1f s%s, %zu not green%s",
          console->terminal ? "\r" : "", console->done, console->total,
          100 * console->done / console->total, elapsed, left,
          console->not_green, console->terminal ? "\033[K" : "\n");
  fflush(stderr);
}

void console_progress(struct console *console) {
  double now = event_now();
  double pause = console->terminal ? TERMINAL_SECONDS : PLAIN_SECONDS;
  bool quarter = !console->terminal &&
                 4 * console->done >= console->next_quarter * console->total;

  if (console->quiet || console->total == 0 ||
      (now - console->shown < pause && !quarter)) {
    return;
  }

  while (4 * console->done >= console->next_quarter * console->total) {
    console->next_quarter++;
  }
  console->shown = now;
  print_progress(console, now);
}

void console_end(const struct console *console) {
  if (console->terminal && !console->quiet) {
    fputs("\r\033[K", stderr);
    fflush(stderr);
  }
}

void console_report(const struct results *results, bool color) {
  size_t num = 0;

  for (size_t i = 0; i < results->list->num_runs; i++) {
    const struct run *run = &results->list->runs[i];

    if (!run->done || result_is_green(run->verdict)) {
      continue;
    }
    if (num++ < EXPLAINED_MAX) {
      json_t *object = json_loads(run->json, 0, NULL);

      explain_run(stdout, object, color);
      putchar('\n');
      json_decref(object);
      continue;
    }
    explain_verdict(stdout, run->verdict, color);
    printf("  %s  %s\n", run->plan.source->id, run->plan.protocol->name);
  }
  if (num > EXPLAINED_MAX) {
    printf("%zu runs are only named here: results.json has them all\n\n",
           num - EXPLAINED_MAX);
  }
}

static int width(void) {
  struct winsize size;

  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
    return size.ws_col;
  }

  return 120;
}

/* The verdict that tells most of several, the worst last. */
static const enum verdict by_weight[VERDICT_COUNT] = {
    VERDICT_UNSUPPORTED,     VERDICT_PASS,
    VERDICT_PINNED,          VERDICT_NEW,
    VERDICT_KNOWN_DEVIATION, VERDICT_UNEXPECTED_PASS,
    VERDICT_ERROR,           VERDICT_SERVER_BUG,
    VERDICT_CHANGED,         VERDICT_DEVIATES,
    VERDICT_TIMEOUT,         VERDICT_CRASH,
};

static const char *const marks[VERDICT_COUNT] = {
    [VERDICT_PASS] = "pass",
    [VERDICT_DEVIATES] = "DEVIATES",
    [VERDICT_KNOWN_DEVIATION] = "known",
    [VERDICT_UNEXPECTED_PASS] = "UNEXPECT",
    [VERDICT_PINNED] = "pinned",
    [VERDICT_CHANGED] = "CHANGED",
    [VERDICT_NEW] = "new",
    [VERDICT_UNSUPPORTED] = "n/a",
    [VERDICT_CRASH] = "CRASH",
    [VERDICT_TIMEOUT] = "TIMEOUT",
    [VERDICT_SERVER_BUG] = "SERVER",
    [VERDICT_ERROR] = "ERROR",
};

static int weight(enum verdict verdict) {
  for (int i = 0; i < VERDICT_COUNT; i++) {
    if (by_weight[i] == verdict) {
      return i;
    }
  }

  return VERDICT_COUNT;
}

static bool checks(const struct run *run, const char *statement) {
  size_t i;
  json_t *id;

  json_array_foreach(run->plan.source->statements, i, id) {
    if (statement == NULL || strcmp(json_string_value(id), statement) == 0) {
      return true;
    }
  }

  return false;
}

/* The worst verdict of the runs that check |statement| on |protocol| (NULL:
 * any), or VERDICT_COUNT when there is none. */
static enum verdict worst(const struct run_list *list, const char *statement,
                          const struct protocol *protocol) {
  enum verdict found = VERDICT_COUNT;

  for (size_t i = 0; i < list->num_runs; i++) {
    const struct run *run = &list->runs[i];

    if (run->done && (protocol == NULL || run->plan.protocol == protocol) &&
        checks(run, statement) &&
        (found == VERDICT_COUNT || weight(run->verdict) > weight(found))) {
      found = run->verdict;
    }
  }

  return found;
}

/* Prints |text| cut to |columns| and padded. A byte of UTF-8 that continues a
 * character takes no column. */
static void print_cut(const char *text, int columns) {
  int used = 0;

  for (; *text != '\0'; text++) {
    bool continues = ((unsigned char)*text & 0xC0) == 0x80;

    if (!continues && used == columns - 1 && text[1] != '\0') {
      fputs("…", stdout);
      used++;
      break;
    }
    putchar(*text);
    used += !continues;
  }
  printf("%*s", columns - used, "");
}

static void print_mark(enum verdict verdict, int columns, bool color) {
  const char *mark = verdict == VERDICT_COUNT ? "" : marks[verdict];
  bool red = color && verdict != VERDICT_COUNT && !result_is_green(verdict);

  printf(" %s%-*s%s", red ? "\033[31m" : "", columns, mark,
         red ? "\033[0m" : "");
}

static void print_statements(const struct results *results, bool color) {
  size_t num_protocols;
  const struct protocol *protocols = protocol_table(&num_protocols);
  const struct certspec_catalogue *catalogue = results->catalogue;
  int columns = width() - 16;
  bool used[16] = {false};
  size_t without = 0;

  for (size_t i = 0; i < num_protocols; i++) {
    used[i] = worst(results->list, NULL, &protocols[i]) != VERDICT_COUNT;
    columns -= used[i] ? 9 : 0;
  }
  columns = columns < 24 ? 24 : columns > 100 ? 100 : columns;

  printf("%-15s %-*s", "statement", columns, "");
  for (size_t i = 0; i < num_protocols; i++) {
    if (used[i]) {
      printf(" %-8s", protocols[i].name);
    }
  }
  putchar('\n');
  for (size_t i = 0; i < catalogue->num_statements; i++) {
    const struct certspec_statement *statement = &catalogue->statements[i];

    if (worst(results->list, statement->id, NULL) == VERDICT_COUNT) {
      without += statement->untestable == NULL;
      continue;
    }
    printf("%-15s ", statement->id);
    print_cut(statement->text, columns);
    for (size_t j = 0; j < num_protocols; j++) {
      if (used[j]) {
        print_mark(worst(results->list, statement->id, &protocols[j]), 8,
                   color);
      }
    }
    putchar('\n');
  }
  if (without > 0) {
    printf("%zu other testable statements were not checked by this run\n",
           without);
  }
  putchar('\n');
}

static int slower(const void *a, const void *b) {
  const struct run *left = *(const struct run *const *)a;
  const struct run *right = *(const struct run *const *)b;

  return (left->seconds < right->seconds) - (left->seconds > right->seconds);
}

static void print_slowest(const struct run_list *list, size_t num) {
  const struct run **runs =
      calloc(list->num_runs + 1, sizeof(const struct run *));

  if (runs == NULL) {
    return;
  }

  for (size_t i = 0; i < list->num_runs; i++) {
    runs[i] = &list->runs[i];
  }
  qsort(runs, list->num_runs, sizeof(const struct run *), slower);
  for (size_t i = 0; i < num && i < list->num_runs; i++) {
    printf("%8.3f s  %s  %s\n", runs[i]->seconds, runs[i]->plan.source->id,
           runs[i]->plan.protocol->name);
  }
  free(runs);
  putchar('\n');
}

static void print_counts(const struct results *results, bool complete,
                         bool color) {
  struct result_counts counts = result_count(results->list);

  printf("%zu cases, %zu runs in %.1f s%s:", counts.cases, counts.runs,
         event_now() - results->started,
         complete ? "" : ", CUT OFF before the end");
  for (int i = 0; i < VERDICT_COUNT; i++) {
    if (counts.verdicts[i] > 0) {
      printf(" %zu ", counts.verdicts[i]);
      explain_verdict(stdout, (enum verdict)i, color);
    }
  }
  putchar('\n');
}

void console_summary(const struct results *results, bool complete, bool color,
                     size_t slowest) {
  const json_t *subject = results->subject;
  const char *path = json_string_value(
      json_object_get(json_object_get(subject, "libssl"), "path"));

  print_statements(results, color);
  if (slowest > 0) {
    print_slowest(results->list, slowest);
  }
  print_counts(results, complete, color);
  printf("libssl: %s (%s %s)\n", path != NULL ? path : "?",
         json_string_value(json_object_get(subject, "library")),
         json_string_value(json_object_get(subject, "version")));
  printf("results: %s/results.json %s/junit.xml\n", results->folder,
         results->folder);
}
