/* pair: client and server of the subject itself, joined in memory. */
#ifndef CERTSPEC_PAIR_H
#define CERTSPEC_PAIR_H

#include <stddef.h>

#include "error.h"
#include "outcome.h"
#include "pki.h"
#include "protocol.h"
#include "scenario.h"

struct pair;

/* pair_open returns what scenarios share: the SSL_CTX of both ends, made when
 * first needed, each brought back to its first state before it is used again.
 * |pki| must outlive it. NULL with |error|. Free with pair_close. */
struct pair *pair_open(struct pki *pki, struct certspec_error *error);

void pair_close(struct pair *pair);

/* pair_perform performs |scenario|, which model_predict has to allow, and
 * writes down what is seen of it. All randoms aside, it does the same each
 * time. 1 and |out|, or 0 with |error|: a fault of our own, such as no
 * memory. */
int pair_perform(struct pair *pair, struct outcome *out,
                 const struct scenario *scenario, struct certspec_error *error);

struct pair_setting {
  const struct protocol *protocol; /* not QUICv1 */
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
