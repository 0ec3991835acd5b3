/* option_table: the commands, their options and the exit codes, as data. The
 * parser, --help, the man page and the shell completions are made of it. */
#ifndef CERTSPEC_OPTION_TABLE_H
#define CERTSPEC_OPTION_TABLE_H

#include <stddef.h>

#include "options.h"

enum option_kind {
  KIND_FLAG,
  KIND_TEXT,
  KIND_LIST,
  KIND_COUNT,
  KIND_POSITIVE,
  KIND_SECONDS,
  KIND_SHARD,
  KIND_COLOR
};

struct command_about {
  const char *name;
  enum command command;
  const char *arguments;
  const char *about;
};

struct option_about {
  const char *name;
  char letter;          /* 0: none */
  const char *argument; /* NULL: takes none */
  const char *about;    /* NULL: not in --help */
  unsigned commands;
  enum option_kind kind;
  size_t offset; /* of the value, in struct options */
};

/* A command of reports/, which has options of its own. */
struct report_about {
  const char *name;
  const char *arguments;
  const char *about;
};

/* Of certspec run. */
struct exit_about {
  const char *code;
  const char *about;
};

/* How many options there may be. */
enum { OPTION_TABLE_MAX = 64 };

/* The tables end with a row of NULLs. */
extern const struct command_about command_table[];
extern const struct option_about option_table[];
extern const struct report_about report_table[];
extern const struct exit_about exit_table[];

#endif
