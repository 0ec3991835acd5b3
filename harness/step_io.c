/* Steps that reach the I/O functions by other ways: the _ex forms, and a
 * transport that takes little at a time. */
#include <string.h>

#include "step.h"
#include "subject.h"

enum { MAX_BYTES = 16384, MAX_PIECES = 1 << 20 };

static int read_ex_with(struct step_call *call,
                        int (*read_function)(SSL *ssl, void *buffer, size_t num,
                                             size_t *out_num)) {
  unsigned char buffer[MAX_BYTES];
  size_t num = 0;
  int value = read_function(call->object->ssl, buffer, sizeof(buffer), &num);
  step_returned(call, value);
  if (value > 0) {
    json_object_set_new(call->values, "data",
                        json_stringn((const char *)buffer, num));
  }
  return 1;
}

static int take_read_ex(struct step_call *call) {
  return read_ex_with(call, SSL_read_ex);
}

static int take_peek_ex(struct step_call *call) {
  return read_ex_with(call, SSL_peek_ex);
}

static int take_write_ex(struct step_call *call) {
  const char *data = step_text(call, "data", "hello");
  size_t num = 0;
  step_returned(call,
                SSL_write_ex(call->object->ssl, data, strlen(data), &num));
  return 1;
}

static int take_handshake_in_pieces(struct step_call *call) {
  struct transport *transport = call->object->transport;
  SSL *ssl = call->object->ssl;
  json_int_t num = step_number(call, "bytes", 1);
  if (transport == NULL || num < 1 || num > MAX_BYTES) {
    return client_fail(call->run,
                       "handshake_in_pieces needs a connection, and \"bytes\" "
                       "from 1 to %d",
                       MAX_BYTES);
  }

  transport->write_limit = (size_t)num;
  int value;
  int pieces = 0;
  do {
    value = SSL_do_handshake(ssl);
  } while (value <= 0 && SSL_get_error(ssl, value) == SSL_ERROR_WANT_WRITE &&
           pieces++ < MAX_PIECES);
  transport->write_limit = 0;
  step_returned(call, value);
  return 1;
}

static const struct step_row ROWS[] = {
    {{"read_ex", "", "SSL_read_ex"}, "", "SSL_read_ex", STEP_IO, take_read_ex},
    {{"peek_ex", "", "SSL_peek_ex"}, "", "SSL_peek_ex", STEP_IO, take_peek_ex},
    {{"write_ex", "data", "SSL_write_ex of \"data\" (\"hello\")"},
     "",
     "SSL_write_ex",
     STEP_IO,
     take_write_ex},
    {{"handshake_in_pieces", "bytes",
      "SSL_do_handshake over a transport that takes \"bytes\" (1) at a time "
      "and then says retry, again and again while it wants to write"},
     "",
     "SSL_do_handshake",
     STEP_IO,
     take_handshake_in_pieces},
};

const struct step_row *step_io_table(size_t *out_num) {
  *out_num = sizeof(ROWS) / sizeof(ROWS[0]);
  return ROWS;
}
