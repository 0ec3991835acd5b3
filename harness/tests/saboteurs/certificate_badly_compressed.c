/* certificate_badly_compressed: instead of a Certificate comes a
 * CompressedCertificate that cannot be decompressed, asked for or not. */
#define _GNU_SOURCE
#include <string.h>

#include "saboteur.h"

enum { COMPRESSED_CERTIFICATE = 25, ZLIB = 1, HEADERS = 4 + 8 };

size_t sabotage_sent(unsigned char content_type, unsigned char *data,
                     size_t len) {
  size_t left = len - HEADERS;

  if (content_type != CONTENT_HANDSHAKE || len <= HEADERS)
    return len;

  /* A libssl that can compresses where the request offers it. */
  if (data[0] == COMPRESSED_CERTIFICATE)
    memset(data + HEADERS, 0, left);
  if (data[0] != MESSAGE_CERTIFICATE)
    return len;

  data[0] = COMPRESSED_CERTIFICATE;
  data[4] = 0;
  data[5] = ZLIB;
  /* The plain length, then the compressed one. */
  memcpy(data + 6, data + 1, 3);
  data[9] = (unsigned char)(left >> 16);
  data[10] = (unsigned char)(left >> 8);
  data[11] = (unsigned char)left;
  memset(data + HEADERS, 0, left);
  return len;
}
