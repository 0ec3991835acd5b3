/* first_context_for_all: every request after the handshake is answered with
 * the first one's context. */
#define _GNU_SOURCE
#include <string.h>

#include "saboteur.h"

size_t sabotage_sent(unsigned char content_type, unsigned char *data,
                     size_t len) {
  static unsigned char first[256];
  size_t size;

  if (content_type != CONTENT_HANDSHAKE || data[0] != MESSAGE_CERTIFICATE ||
      len < 5 || data[4] == 0 || (size_t)data[4] + 5 > len) {
    return len;
  }

  size = (size_t)data[4] + 1;
  if (first[0] == 0)
    memcpy(first, data + 4, size);
  if (first[0] == data[4])
    memcpy(data + 4, first, size);
  return len;
}
