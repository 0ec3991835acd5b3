/* key_exchange_before_certificate: Certificate and ClientKeyExchange change
 * places (up to TLS 1.2). */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "saboteur.h"

#define RECORD_HEADER 5

static unsigned char *held;
static int held_len;

/* libssl writes one record at a time into a buffering BIO. */
static int is_message(BIO *bio, const unsigned char *data, int len, int type) {
  return bio != NULL && BIO_method_type(bio) == BIO_TYPE_BUFFER &&
         len > RECORD_HEADER && data[0] == CONTENT_HANDSHAKE &&
         data[RECORD_HEADER] == type;
}

int BIO_write(BIO *bio, const void *data, int len) {
  int ret;

  if (held == NULL && is_message(bio, data, len, MESSAGE_CERTIFICATE)) {
    held = malloc((size_t)len);
    if (held == NULL)
      abort();

    memcpy(held, data, (size_t)len);
    held_len = len;
    return len;
  }

  ret = REAL(BIO_write)(bio, data, len);
  if (held != NULL && ret > 0 &&
      is_message(bio, data, len, MESSAGE_CLIENT_KEY_EXCHANGE)) {
    REAL(BIO_write)(bio, held, held_len);
    free(held);
    held = NULL;
  }
  return ret;
}
