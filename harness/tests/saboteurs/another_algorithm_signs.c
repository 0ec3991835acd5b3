/* another_algorithm_signs: CertificateVerify is made with
 * rsa_pss_rsae_sha384 where the request allows rsa_pss_rsae_sha256 alone. */
#define _GNU_SOURCE
#include <string.h>

#include "saboteur.h"

void sabotage_received(unsigned char *message, size_t len) {
  static const unsigned char allowed[] = {0, 2, 8, 4};
  unsigned char *list;

  if (message[0] != MESSAGE_CERTIFICATE_REQUEST)
    return;

  list = memmem(message, len, allowed, sizeof(allowed));
  if (list != NULL)
    list[3] = 5;
}
