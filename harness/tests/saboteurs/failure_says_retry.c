/* failure_says_retry: a call that has failed for good should be made again. */
#define _GNU_SOURCE
#include "saboteur.h"

long BIO_ctrl(BIO *bio, int command, long number, void *pointer) {
  long ret = REAL(BIO_ctrl)(bio, command, number, pointer);

  if (command != BIO_C_DO_STATE_MACHINE || ret > 0)
    return ret;

  if (!BIO_should_retry(bio))
    BIO_set_retry_read(bio);
  return ret;
}
