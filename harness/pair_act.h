/* pair_act: one scenario's client and server, as they are while it is
 * performed. Only for pair_act.c and pair_perform.c. */
#ifndef CERTSPEC_PAIR_ACT_H
#define CERTSPEC_PAIR_ACT_H

#include <openssl/ssl.h>
#include <stdbool.h>

#include "outcome.h"
#include "pair.h"
#include "pair_contexts.h"
#include "pair_handover.h"
#include "pair_identities.h"
#include "scenario.h"

enum { PAIR_MAX_PROTOCOLS = 8 };

/* What cannot be seen of a protocol's handshakes. */
struct pair_blindness {
  const struct protocol *protocol;
  unsigned unseen; /* bits of outcome_bit */
};

struct pair {
  struct pair_contexts contexts;
  struct pair_identities identities;
  struct pair_blindness blindness[PAIR_MAX_PROTOCOLS];
  size_t num_blindness;
  const struct pair_loans *loans; /* or NULL */
};

struct act {
  struct pair *pair;
  const struct scenario *scenario;
  struct outcome_step *step;
  struct pair_handover handover;
  SSL_CTX *ctx;
  SSL_CTX *other_ctx;
  SSL_CTX *server_ctx;
  SSL *client;
  SSL *server;
  BIO *client_bio;
  BIO *server_bio;
  SSL_SESSION *session;
  unsigned calls; /* of the callback */
  bool dead;      /* a call of the client failed for good */
  const char *fault;
};

/* pair_act_fault notes that our own machinery failed. Returns 0. */
int pair_act_fault(struct act *act, const char *text);

/* pair_act_own lets the callback find |act| by the client. */
void pair_act_own(struct act *act);

/* pair_act_answer_request is the callback. */
int pair_act_answer_request(SSL *ssl, X509 **x509, EVP_PKEY **pkey);

/* pair_act_new_client makes the client anew, with what is set before, and
 * connects it; pair_act_reconnect connects it to a new server; 1, or 0 with a
 * fault. */
int pair_act_new_client(struct act *act);
int pair_act_reconnect(struct act *act);

/* pair_act_request_again lets the server request what the scenario says for a
 * second handshake. */
void pair_act_request_again(struct act *act);

/* pair_act_use is SSL_use_certificate and SSL_use_PrivateKey, of what is not
 * IDENTITY_NONE. What they return. */
int pair_act_use(struct act *act, identity certificate, identity key);

#endif
