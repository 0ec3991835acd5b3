/* suspension_is_not_special: a suspended BIO waits for data. */
#define _GNU_SOURCE
#include "saboteur.h"

long BIO_ctrl(BIO *bio, int command, long number, void *pointer) {
  long ret = REAL(BIO_ctrl)(bio, command, number, pointer);

  if (command != BIO_C_DO_STATE_MACHINE || ret > 0)
    return ret;

  if (BIO_should_io_special(bio)) {
    BIO_clear_retry_flags(bio);
    BIO_set_retry_read(bio);
  }
  return ret;
}
