/* certificate_without_request: a Certificate message is sent that nobody asked
 * for (up to TLS 1.2). */
#define _GNU_SOURCE
#include <string.h>

#include "saboteur.h"

enum { RECORD_HANDSHAKE = 22, CERTIFICATE = 11, CLIENT_KEY_EXCHANGE = 16 };

/* An empty Certificate, put before ClientKeyExchange in the same write. */
static int write_filtered(BIO *bio, const char *data, int len) {
  static const unsigned char empty[] = {CERTIFICATE, 0, 0, 3, 0, 0, 0};
  unsigned char record[5 + sizeof(empty)] = {RECORD_HANDSHAKE};
  BIO *next = BIO_next(bio);
  int ret;

  if (len > 5 && data[0] == RECORD_HANDSHAKE &&
      data[5] == CLIENT_KEY_EXCHANGE) {
    record[1] = (unsigned char)data[1];
    record[2] = (unsigned char)data[2];
    record[4] = sizeof(empty);
    memcpy(record + 5, empty, sizeof(empty));
    if (BIO_write(next, record, sizeof(record)) <= 0)
      return -1;
  }

  ret = BIO_write(next, data, len);
  BIO_clear_retry_flags(bio);
  BIO_copy_next_retry(bio);
  return ret;
}

static long control(BIO *bio, int command, long number, void *pointer) {
  BIO *next = BIO_next(bio);

  return next == NULL ? 0 : BIO_ctrl(next, command, number, pointer);
}

static int create(BIO *bio) {
  BIO_set_init(bio, 1);
  return 1;
}

void SSL_set_bio(SSL *ssl, BIO *rbio, BIO *wbio) {
  static BIO_METHOD *method;
  BIO *filter;

  if (method == NULL) {
    method = BIO_meth_new(BIO_TYPE_FILTER | BIO_get_new_index(), "unasked");
    BIO_meth_set_write(method, write_filtered);
    BIO_meth_set_ctrl(method, control);
    BIO_meth_set_create(method, create);
  }

  filter = BIO_new(method);
  /* The reading side keeps its reference when both are one BIO. */
  if (rbio == wbio)
    BIO_up_ref(wbio);
  REAL(SSL_set_bio)(ssl, rbio, BIO_push(filter, wbio));
}
