/* options: what the command line asks for. One table makes the parser, --help,
 * and (as JSON) the man page and the shell completions. */
#ifndef CERTSPEC_OPTIONS_H
#define CERTSPEC_OPTIONS_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "error.h"

enum command {
  COMMAND_RUN = 1 << 0,
  COMMAND_LIST = 1 << 1,
  COMMAND_SHOW = 1 << 2,
  COMMAND_BENCH = 1 << 3,
  COMMAND_EXPLORE = 1 << 4,
  COMMAND_NEW_CASE = 1 << 5,
};
/* All that look at runs. */
#define COMMAND_RUNS \
  (COMMAND_RUN | COMMAND_LIST | COMMAND_SHOW | COMMAND_BENCH | COMMAND_EXPLORE)
#define COMMAND_ALL (COMMAND_RUNS | COMMAND_NEW_CASE)

enum color { COLOR_AUTO, COLOR_ALWAYS, COLOR_NEVER };

/* color_names are what --color takes, by enum color; NULL ends them. */
extern const char *const color_names[];

/* All texts are borrowed from the command line. */
struct text_list {
  const char **texts;
  size_t num_texts;
};

struct options {
  enum command command;
  struct text_list cases; /* of --case and the arguments: GLOBs or words */
  struct text_list statements;
  struct text_list protocols;
  const char *vectors;
  const char *servers;
  const char *python;
  const char *out;
  double time_limit;  /* seconds */
  size_t jobs;        /* 0: as many as there are cores */
  size_t shard_index; /* 1-based */
  size_t shard_total; /* 0: no shards */
  size_t min;
  size_t slowest;
  size_t repeat;
  size_t depth;
  size_t seed;
  size_t limit;          /* 0: none */
  size_t scenarios;      /* of bench alone; 0: everything is measured */
  struct text_list only; /* codes of scenarios */
  enum color color;
  bool strict;
  bool quick;
  bool cold;
  bool apart;
  bool no_page;
  bool observed;
  bool quiet;
  bool json;
  bool list_statements;
  bool list_steps;
  bool list_expectations;
  bool list_features;
  bool list_ctest;
  bool help;
  bool version;
};

/* options_parse reads |argv|. The first argument that is no option names the
 * command. 1, or 0 with |error|. Free with options_free. */
int options_parse(struct options *out, int argc, char **argv,
                  struct certspec_error *error);

void options_free(struct options *options);

/* options_help returns what --help prints: of |command|, or of the whole
 * program when that is 0. The caller frees it. */
char *options_help(unsigned command);

/* options_describe returns the tables: {"version", "about", "commands":
 * [{"name", "arguments", "about", "options": [{"name", "letter", "argument",
 * "about"}]}], "reports": [{"name", "arguments", "about"}], "exit_codes":
 * [{"code", "about"}]}. The caller owns it. */
json_t *options_describe(void);

#endif
