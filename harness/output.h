/* output: a file that is replaced whole: at every moment there is the old one
 * or the new one, never half of one. */
#ifndef CERTSPEC_OUTPUT_H
#define CERTSPEC_OUTPUT_H

#include <stdio.h>

#include "error.h"

struct output {
  FILE *file; /* write here */
  char *path;
  char *temporary;
};

/* output_folder makes |folder|, and those above it. 1, or 0 with |error|. */
int output_folder(const char *folder, struct certspec_error *error);

/* output_open begins the file |folder|/|name|. 1, or 0 with |error|. End with
 * output_commit. */
int output_open(struct output *out, const char *folder, const char *name,
                struct certspec_error *error);

/* output_commit puts the file in its place. 1, or 0 with |error| (disk full,
 * ...): then the old one stays. */
int output_commit(struct output *output, struct certspec_error *error);

#endif
