/* ca_list: bytes as the CA list of a CertificateRequest, straight into a live
 * client. The first byte is protocol and callback script. */
#include <openssl/ssl.h>

#include "flight.h"
#include "request_client.h"
#include "target.h"

enum {
  MAX_LIST = 60000,
  MAX_ALGORITHMS = 3,
  SIGNATURE_ALGORITHMS = 13,
  CERTIFICATE_AUTHORITIES = 47,
};

static void algorithms(struct flight *body) {
  static const uint8_t list[] = {0, 6, 4, 3, 8, 4, 4, 1};

  flight_bytes(body, (struct span){list, sizeof(list)});
}

static void list_of(struct flight *body, struct span list) {
  size_t place = flight_open(body, 2);

  flight_bytes(body, list);
  flight_close(body, place, 2);
}

static void write_tls13(struct flight *body, struct span list) {
  flight_number(body, 0, 1); /* certificate_request_context */
  size_t extensions = flight_open(body, 2);

  flight_number(body, SIGNATURE_ALGORITHMS, 2);
  size_t extension = flight_open(body, 2);
  algorithms(body);
  flight_close(body, extension, 2);

  flight_number(body, CERTIFICATE_AUTHORITIES, 2);
  extension = flight_open(body, 2);
  list_of(body, list);
  flight_close(body, extension, 2);
  flight_close(body, extensions, 2);
}

static void write_to_tls12(struct flight *body, const struct protocol *protocol,
                           struct span list) {
  static const uint8_t types[] = {3, 1, 2, 64};

  flight_bytes(body, (struct span){types, sizeof(types)});
  if (!protocol_before_tls12(protocol)) {
    algorithms(body);
  }
  list_of(body, list);
}

int LLVMFuzzerInitialize(int *argc, char ***argv) {
  (void)argc;
  (void)argv;
  request_client_start();
  return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static struct flight body;
  struct request_input input = {.takes_ecdsa = true};
  struct span list = {data + 1, size - 1};

  if (size == 0 || size > MAX_LIST) {
    return -1;
  }

  request_client_choose(&input, data[0]);
  body.len = 0;
  if (input.protocol->version == TLS1_3_VERSION) {
    write_tls13(&body, list);
  } else {
    write_to_tls12(&body, input.protocol, list);
  }
  input.body = flight_span(&body);
  request_client_perform(&input);
  return 0;
}
