/* configuration_end: a client and a server of the subject, and the words that
 * configure them: each is one call of the API on one of the ends. Only for the
 * target configuration. */
#ifndef CERTSPEC_FUZZ_CONFIGURATION_END_H
#define CERTSPEC_FUZZ_CONFIGURATION_END_H

#include <openssl/ssl.h>
#include <stdbool.h>

#include "pki.h"
#include "protocol.h"

enum { CONFIGURATION_MAX_NAMES = 8 };

/* Names of the PKI, in order. */
struct configuration_names {
  const char *all[CONFIGURATION_MAX_NAMES];
  size_t num;
};

struct configuration_end {
  struct configuration_pair *pair;
  bool server;
  SSL_CTX *ctx;
  SSL *ssl;
  BIO *bio;
  /* What was set, as far as it can be seen at the other end. */
  struct configuration_names certificates; /* by whatever call */
  struct configuration_names extra;
  struct configuration_names stored; /* where chains are built from */
  bool has_chain_store;
  bool odd_leaf;  /* none of the certificates above */
  bool odd_chain; /* per certificate, or such that it cannot be foretold */
  bool auto_chain;
  bool strict;
  bool odd_names;           /* a CA list that cannot be sent as it is */
  const char *engine_gives; /* NULL: nothing */
  int refused;              /* an SSL_SECOP_..., or -1 */
};

struct configuration_pair {
  const struct protocol *protocol;
  struct pki *pki;
  struct configuration_end client;
  struct configuration_end server;
  SSL_SESSION *session;
  bool hide_algorithms;            /* of the next ClientHello */
  bool add_certificate_algorithms; /* to it */
  bool altered;                    /* a message was changed on its way */
  int answer;                      /* of the callback */
  const char *given;               /* by it; NULL: nothing */
  const char *checked; /* by cert_cb, with SSL_check_chain; NULL: nothing */
  bool arrived;        /* a certificate, which was looked at */
  bool requested;      /* the client has read a CertificateRequest */
  unsigned calls;      /* of the callback */
  unsigned certificates_given;
  unsigned certificates_freed;
};

/* configuration_open makes both SSL objects, if they are not there. */
void configuration_open(struct configuration_pair *pair);

/* configuration_turn lets both ends go on once; whether anything moved. */
bool configuration_turn(struct configuration_pair *pair);

/* configuration_check is SSL_check_chain of the certificate |name| and the key
 * |key| ("null": nothing), with the extra certificates as the chain. Does
 * nothing where SSL_check_chain(3) does not allow it: before the peer has said
 * what it takes. */
void configuration_check(struct configuration_end *end, const char *name,
                         const char *key);

/* configuration_known returns |name| as the PKI has it, with a lifetime of its
 * own; NULL when it has no such certificate and key. */
const char *configuration_known(struct pki *pki, const char *name);

/* configuration_perform performs |word|, "client.strict" or "server.ca=NAME";
 * text behind "=" is its argument. 1, or 0 when there is no such word. */
int configuration_perform(struct configuration_pair *pair, char *word);

#endif
