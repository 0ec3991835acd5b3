/* certificate_is_not_signed: no CertificateVerify follows the Certificate, and
 * its record has the rest of the Certificate instead (TLS 1.3). */
#define _GNU_SOURCE
#include <string.h>

#include "saboteur.h"

size_t sabotage_sent(unsigned char content_type, unsigned char *data,
                     size_t len) {
  static unsigned char rest[4];

  if (content_type != CONTENT_HANDSHAKE)
    return len;

  if (data[0] == MESSAGE_CERTIFICATE && len > 2 * sizeof(rest)) {
    memcpy(rest, data + len - sizeof(rest), sizeof(rest));
    transcript_differs(data, len, data, len);
    return len - sizeof(rest);
  }

  if (data[0] == MESSAGE_CERTIFICATE_VERIFY && len > sizeof(rest)) {
    transcript_differs(data, len, data, 0);
    memcpy(data, rest, sizeof(rest));
    return sizeof(rest);
  }

  return len;
}
