/* certspec: the subcommands. */
#include <stdio.h>
#include <stdlib.h>

#include "bench_command.h"
#include "conformance.h"
#include "explore_command.h"
#include "listing.h"
#include "new_case.h"
#include "options.h"
#include "reports_call.h"
#include "setup.h"
#include "show.h"

static const struct {
  enum command command;
  int (*perform)(const struct options *options);
} commands[] = {
    {COMMAND_RUN, conformance_run},     {COMMAND_LIST, listing_list},
    {COMMAND_SHOW, show_cases},         {COMMAND_BENCH, bench_perform},
    {COMMAND_EXPLORE, explore_perform}, {COMMAND_NEW_CASE, new_case_print},
};

static int help(const struct options *options) {
  if (options->json) {
    json_t *description = options_describe();

    json_dumpf(description, stdout, JSON_INDENT(2));
    putchar('\n');
    json_decref(description);
    return EXIT_GREEN;
  }

  char *text = options_help(options->command);
  fputs(text != NULL ? text : "", stdout);
  free(text);
  return EXIT_GREEN;
}

static int perform(const struct options *options) {
  if (options->help) {
    return help(options);
  }
  if (options->version) {
    puts("certspec " CERTSPEC_VERSION);
    return EXIT_GREEN;
  }

  for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
    if (commands[i].command == options->command) {
      return commands[i].perform(options);
    }
  }

  return EXIT_BAD_INPUT;
}

int main(int argc, char **argv) {
  struct certspec_error error;
  struct options options;
  int code = EXIT_BAD_INPUT;

  if (argc > 1 && reports_call_knows(argv[1])) {
    return reports_call_become(argv);
  }
  if (options_parse(&options, argc, argv, &error)) {
    code = perform(&options);
  } else {
    setup_complain(&error, code);
  }
  if (fflush(stdout) != 0 || ferror(stdout)) {
    fputs("certspec: standard output cannot be written\n", stderr);
    code = code == EXIT_GREEN ? EXIT_NO_RESULTS : code;
  }

  options_free(&options);
  return code;
}
