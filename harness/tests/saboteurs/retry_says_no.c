/* retry_says_no: a call that should be made again later seems to have failed
 * for good. */
#define _GNU_SOURCE
#include "saboteur.h"

long BIO_ctrl(BIO *bio, int command, long number, void *pointer) {
  long ret = REAL(BIO_ctrl)(bio, command, number, pointer);

  if (command != BIO_C_DO_STATE_MACHINE || ret > 0)
    return ret;

  BIO_clear_flags(bio, BIO_FLAGS_SHOULD_RETRY);
  return ret;
}
