/* setup: what every command that performs runs needs first: the subject, the
 * catalogue, the records, the test certificates, and how to start servers. */
#ifndef CERTSPEC_SETUP_H
#define CERTSPEC_SETUP_H

#include <jansson.h>

#include "case.h"
#include "launcher.h"
#include "options.h"
#include "pki.h"
#include "record.h"
#include "slot.h"

enum {
  EXIT_GREEN = 0,
  EXIT_NOT_GREEN = 1,
  EXIT_BAD_INPUT = 2,
  EXIT_OWN_FAULT = 3,
  EXIT_TOO_FEW = 4,
  EXIT_NO_RESULTS = 5,
  EXIT_UNSUPPORTED = 89,
};

struct setup {
  struct certspec_catalogue catalogue;
  struct records records;
  struct pki *pki;
  json_t *subject; /* subject_describe */
  struct launcher launcher;
  struct slot_setting slot;
  char *program;        /* of the servers */
  char *pki_folder;     /* what |slot| points to */
  char *subject_folder; /* of a libssl that is not the system's, or NULL */
};

/* setup_make starts the subject and reads all that |options| point to.
 * EXIT_GREEN, or the exit code with |error|. Free with setup_free, also after
 * an error. */
int setup_make(struct setup *out, const struct options *options,
               struct certspec_error *error);

void setup_free(struct setup *setup);

/* setup_complain prints |error| as one line and returns |code|. */
int setup_complain(const struct certspec_error *error, int code);

#endif
