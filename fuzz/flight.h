/* flight: handshake messages and records, written by hand: what a server sends
 * up to and with its CertificateRequest. */
#ifndef CERTSPEC_FUZZ_FLIGHT_H
#define CERTSPEC_FUZZ_FLIGHT_H

#include <stddef.h>
#include <stdint.h>

#include "reading.h"

enum {
  FLIGHT_MAX = 1 << 18,
  RECORD_MAX = 1 << 14,
  HANDSHAKE_RECORD = 22,
  APPLICATION_DATA_RECORD = 23,
};

enum handshake_type {
  SERVER_HELLO = 2,
  ENCRYPTED_EXTENSIONS = 8,
  CERTIFICATE = 11,
  CERTIFICATE_REQUEST = 13,
  SERVER_HELLO_DONE = 14,
  CERTIFICATE_VERIFY = 15,
  FINISHED = 20,
};

/* Bytes that grow; what does not fit is a fault of ours and aborts. */
struct flight {
  uint8_t bytes[FLIGHT_MAX];
  size_t len;
};

/* flight_number appends |value| in |size| bytes, big-endian. */
void flight_number(struct flight *flight, size_t value, size_t size);

/* flight_bytes appends |bytes| as they are. */
void flight_bytes(struct flight *flight, struct span bytes);

/* flight_open leaves room for a length of |size| bytes and returns its place,
 * flight_close writes there how much was appended since. */
size_t flight_open(struct flight *flight, size_t size);
void flight_close(struct flight *flight, size_t place, size_t size);

/* flight_message appends a handshake message. */
void flight_message(struct flight *flight, enum handshake_type type,
                    struct span body);

/* flight_records appends |content| in plaintext records of |type|. */
void flight_records(struct flight *flight, uint8_t type, int version,
                    struct span content);

/* flight_span is all that was appended. */
struct span flight_span(const struct flight *flight);

#endif
