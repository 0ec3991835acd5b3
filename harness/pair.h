/* pair: client and server of the subject itself, joined in memory. */
#ifndef CERTSPEC_PAIR_H
#define CERTSPEC_PAIR_H

#include <openssl/x509.h>
#include <stdbool.h>
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

/* Objects that the callback gives away and that come back, so that they need
 * not be made for each scenario. |certificate| and |key| return a reference to
 * one that the scenario has not had yet, or NULL: then one is made;
 * |certificate_is_back| and |key_is_back| tell whether all that was given of it
 * is freed. */
struct pair_loans {
  X509 *(*certificate)(identity which);
  EVP_PKEY *(*key)(identity which);
  bool (*certificate_is_back)(const X509 *certificate);
  bool (*key_is_back)(const EVP_PKEY *key);
};

/* pair_borrow lets the next scenarios borrow; NULL, as in the beginning: no
 * more. |loans| has to stay. */
void pair_borrow(struct pair *pair, const struct pair_loans *loans);

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
 * a certificate and the client's callback gives one; nothing is verified. In
 * DTLS the server asks for a cookie first, where it can be told to.
 * |out_seconds| gets the processor time of them all. 1, or 0 with |error|. */
int pair_handshakes(const struct pair_setting *setting, size_t num,
                    double *out_seconds, struct certspec_error *error);

#endif
