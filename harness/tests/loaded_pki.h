/* loaded_pki: the test certificates, for a whole group of tests. */
#ifndef CERTSPEC_TESTS_LOADED_PKI_H
#define CERTSPEC_TESTS_LOADED_PKI_H

#include "pki.h"
#include "subject.h"

static struct pki *pki;

/* load_pki and free_pki are a group's setup and teardown. */
static int load_pki(void **state) {
  struct certspec_error error;

  (void)state;
  pki = pki_load(CERTSPEC_SOURCE_DIR "/vectors/pki", &error);
  return pki != NULL ? 0 : -1;
}

/* start_and_load_pki is the same for a group that uses libssl itself. */
static inline int start_and_load_pki(void **state) {
  struct certspec_error error;

  return subject_start(&error) ? load_pki(state) : -1;
}

static int free_pki(void **state) {
  (void)state;
  pki_free(pki);
  return 0;
}

#endif
