/* pair_contexts: the SSL_CTX that scenarios share. Making one costs as much as
 * a good part of a handshake. */
#ifndef CERTSPEC_PAIR_CONTEXTS_H
#define CERTSPEC_PAIR_CONTEXTS_H

#include <openssl/ssl.h>

#include "pki.h"
#include "scenario.h"

enum pair_role { PAIR_CLIENT, PAIR_OTHER_CLIENT, PAIR_SERVER };

struct pair_contexts {
  struct pki *pki;
  struct pair_context *contexts;
  size_t num_contexts;
};

/* pair_contexts_free frees all SSL_CTX of |contexts|. */
void pair_contexts_free(struct pair_contexts *contexts);

/* pair_contexts_find returns the SSL_CTX that |scenario| needs for |role|, in
 * the state it was made in but for the callback, or NULL. Borrowed. */
SSL_CTX *pair_contexts_find(struct pair_contexts *contexts, enum pair_role role,
                            const struct scenario *scenario);

/* pair_contexts_check frees the SSL_CTX that |scenario| was performed with for
 * |role|, if its certificate is not the one that it was made with: a library
 * may leave the callback's there. */
void pair_contexts_check(struct pair_contexts *contexts, enum pair_role role,
                         const struct scenario *scenario);

#endif
