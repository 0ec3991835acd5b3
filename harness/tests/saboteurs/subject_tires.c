/* subject_tires: a process survives one call of the callback and dies of the
 * next. The process id of each goes to the file that SABOTEUR_CALLS names. */
#define _GNU_SOURCE
#include "saboteur.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int sabotage_callback(SSL *ssl, X509 **x509, EVP_PKEY **pkey,
                      client_cert_cb *original) {
  static int num_calls;
  FILE *calls = fopen(getenv("SABOTEUR_CALLS"), "ae");

  fprintf(calls, "%d\n", (int)getpid());
  fclose(calls);
  if (num_calls++ > 0) {
    abort();
  }

  return original(ssl, x509, pkey);
}
