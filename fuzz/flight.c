#include "flight.h"

#include <string.h>

#include "target.h"

void flight_number(struct flight *flight, size_t value, size_t size) {
  contract(flight->len + size <= FLIGHT_MAX, "a flight fits into its buffer");
  for (size_t i = size; i > 0; i--) {
    flight->bytes[flight->len++] = (uint8_t)(value >> (8 * (i - 1)));
  }
}

void flight_bytes(struct flight *flight, struct span bytes) {
  contract(bytes.len <= FLIGHT_MAX - flight->len,
           "a flight fits into its buffer");
  if (bytes.len > 0) {
    memcpy(flight->bytes + flight->len, bytes.bytes, bytes.len);
  }
  flight->len += bytes.len;
}

size_t flight_open(struct flight *flight, size_t size) {
  flight_number(flight, 0, size);
  return flight->len;
}

void flight_close(struct flight *flight, size_t place, size_t size) {
  size_t end = flight->len;

  flight->len = place - size;
  flight_number(flight, end - place, size);
  flight->len = end;
}

void flight_message(struct flight *flight, enum handshake_type type,
                    struct span body) {
  flight_number(flight, type, 1);
  flight_number(flight, body.len, 3);
  flight_bytes(flight, body);
}

void flight_records(struct flight *flight, uint8_t type, int version,
                    struct span content) {
  while (content.len > 0) {
    size_t len = content.len < RECORD_MAX ? content.len : RECORD_MAX;

    flight_number(flight, type, 1);
    flight_number(flight, (size_t)version, 2);
    flight_number(flight, len, 2);
    flight_bytes(flight, (struct span){content.bytes, len});
    content.bytes += len;
    content.len -= len;
  }
}

struct span flight_span(const struct flight *flight) {
  return (struct span){flight->bytes, flight->len};
}
