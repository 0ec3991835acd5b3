/* pair: client and server of the subject itself, joined in memory. */
#ifndef CERTSPEC_PAIR_H
#define CERTSPEC_PAIR_H

#include <stddef.h>

#include "error.h"
#include "pki.h"
#include "protocol.h"

struct pair_setting {
  const struct protocol *protocol; /* of PROTOCOL_TLS */
  struct pki *pki;
  const char *client; /* certificate names */
  const char *server;
};

/* pair_handshakes performs |num| full handshakes in which the server requests
 * a certificate and the client's callback gives one; nothing is verified.
 * |out_seconds| gets the processor time of them all. 1, or 0 with |error|. */
int pair_handshakes(const struct pair_setting *setting, size_t num,
                    double *out_seconds, struct certspec_error *error);

#endif
