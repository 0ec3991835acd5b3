#include "bench_command.h"

#include <stdio.h>

#include "bench.h"
#include "runner.h"
#include "setup.h"

static int measure(const struct setup *setup, const struct options *options,
                   struct certspec_error *error) {
  struct bench_setting setting = {.catalogue = &setup->catalogue,
                                  .records = &setup->records,
                                  .slot = setup->slot,
                                  .pki = setup->pki,
                                  .quick = options->quick,
                                  .scenarios = options->scenarios};
  json_t *found = NULL;

  if (!bench_measure(&found, &setting, error)) {
    return setup_complain(error, EXIT_OWN_FAULT);
  }

  if (options->json) {
    json_dumpf(found, stdout, JSON_INDENT(2) | JSON_REAL_PRECISION(4));
    putchar('\n');
  } else {
    bench_print(found, stdout);
  }
  json_decref(found);
  return EXIT_GREEN;
}

int bench_perform(const struct options *options) {
  struct setup setup;
  struct certspec_error error;

  runner_block_signals();

  int code = setup_make(&setup, options, &error);
  code = code == EXIT_GREEN ? measure(&setup, options, &error)
                            : setup_complain(&error, code);

  setup_free(&setup);
  return code;
}
