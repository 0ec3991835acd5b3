#include "setup.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "subject.h"

int setup_complain(const struct certspec_error *error, int code) {
  fprintf(stderr, "certspec: %s\n", error->text);
  return code;
}

/* The folder of a libssl that is not the system's, or NULL. */
static char *foreign_folder(const json_t *subject) {
  static const char *const of_system[] = {"/usr/lib/", "/lib/", "/usr/lib64/",
                                          "/lib64/"};
  const char *path = json_string_value(
      json_object_get(json_object_get(subject, "libssl"), "path"));
  const char *end = path != NULL ? strrchr(path, '/') : NULL;

  if (end == NULL) {
    return NULL;
  }
  for (size_t i = 0; i < sizeof(of_system) / sizeof(of_system[0]); i++) {
    if (strncmp(path, of_system[i], strlen(of_system[i])) == 0) {
      return NULL;
    }
  }

  return strndup(path, (size_t)(end - path));
}

int setup_make(struct setup *out, const struct options *options,
               struct certspec_error *error) {
  *out = (struct setup){.launcher = {.fd = -1}};
  if (!subject_start(error)) {
    return EXIT_OWN_FAULT;
  }
  if (asprintf(&out->program, "%s/certspec-server", options->servers) < 0 ||
      asprintf(&out->pki_folder, "%s/pki", options->vectors) < 0) {
    certspec_error_set(error, NULL, 0, "out of memory");
    return EXIT_OWN_FAULT;
  }

  out->pki = pki_load(out->pki_folder, error);
  if (out->pki == NULL) {
    return EXIT_BAD_INPUT;
  }
  if (!launcher_start(&out->launcher, out->pki, error)) {
    return EXIT_OWN_FAULT;
  }
  if (!catalogue_load(&out->catalogue, options->vectors, error) ||
      !records_load(&out->records, options->vectors, &out->catalogue, error)) {
    return EXIT_BAD_INPUT;
  }

  out->subject = subject_describe();
  out->subject_folder = foreign_folder(out->subject);
  out->slot = (struct slot_setting){
      .server = {.python = options->python,
                 .program = out->program,
                 .pki = out->pki_folder,
                 .stderr_fd = -1,
                 .subject_folder = out->subject_folder},
      .launcher = &out->launcher,
      .time_limit = options->time_limit,
      .apart = options->apart,
  };
  return EXIT_GREEN;
}

void setup_free(struct setup *setup) {
  launcher_stop(&setup->launcher);
  json_decref(setup->subject);
  pki_free(setup->pki);
  records_free(&setup->records);
  catalogue_free(&setup->catalogue);
  free(setup->program);
  free(setup->pki_folder);
  free(setup->subject_folder);
  *setup = (struct setup){0};
}
