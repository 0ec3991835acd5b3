/* console: what a person sees of a run. */
#ifndef CERTSPEC_CONSOLE_H
#define CERTSPEC_CONSOLE_H

#include <stdbool.h>

#include "options.h"
#include "result.h"

struct console {
  bool quiet;
  bool color;    /* on standard output */
  bool terminal; /* standard error is one: progress is one line, rewritten */
  size_t total;
  size_t done;
  size_t not_green;
  size_t next_quarter; /* of plain progress: 1 to 4 */
  double started;
  double shown;
};

/* console_color tells whether to colour standard output: --color, NO_COLOR,
 * and whether it is a terminal. */
bool console_color(enum color color);

/* console_start begins the progress of |total| runs. */
void console_start(struct console *out, const struct options *options,
                   size_t total);

/* console_count counts a run that is done. */
void console_count(struct console *console, enum verdict verdict);

/* console_progress shows how far it is, on standard error: at most ten times a
 * second on a terminal, else a line each quarter and each ten seconds. */
void console_progress(struct console *console);

/* console_end wipes the progress off a terminal. */
void console_end(const struct console *console);

/* console_report prints what is not green. */
void console_report(const struct results *results, bool color);

/* console_summary prints the statements with their verdicts, the |slowest|
 * runs, counts, the subject, and where the results are. */
void console_summary(const struct results *results, bool complete, bool color,
                     size_t slowest);

#endif
