/* context_not_repeated: the Certificate has another context than the request
 * (where that is not empty). */
#define _GNU_SOURCE
#include "saboteur.h"

size_t sabotage_sent(unsigned char content_type, unsigned char *data,
                     size_t len) {
  if (content_type == CONTENT_HANDSHAKE && data[0] == MESSAGE_CERTIFICATE &&
      len > 5 && data[4] > 0) {
    data[5] ^= 1;
  }
  return len;
}
