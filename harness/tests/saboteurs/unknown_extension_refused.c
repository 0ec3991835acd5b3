/* unknown_extension_refused: a TLS 1.3 request with an extension that the
 * client does not know fails the handshake. */
#define _GNU_SOURCE
#include "saboteur.h"

/* What libssl refuses in a request. */
enum { KEY_SHARE = 51 };

static int is_known(unsigned type) {
  /* status_request, signature_algorithms, signed_certificate_timestamp,
   * compress_certificate, certificate_authorities, oid_filters,
   * signature_algorithms_cert */
  static const unsigned known[] = {5, 13, 18, 27, 47, 48, 50};

  for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
    if (known[i] == type)
      return 1;
  }

  return 0;
}

void sabotage_received(unsigned char *message, size_t len) {
  size_t at;

  if (message[0] != MESSAGE_CERTIFICATE_REQUEST || len < 5)
    return;

  at = 5 + (size_t)message[4] + 2;
  while (at + 4 <= len) {
    if (!is_known((unsigned)message[at] << 8 | message[at + 1])) {
      message[at] = 0;
      message[at + 1] = KEY_SHARE;
      return;
    }

    at += 4 + ((size_t)message[at + 2] << 8 | message[at + 3]);
  }
}
