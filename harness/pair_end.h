/* pair_end: the two ends of a pair: how their SSL_CTX are made, and how a
 * client and a server are joined. */
#ifndef CERTSPEC_PAIR_END_H
#define CERTSPEC_PAIR_END_H

#include <openssl/bio.h>
#include <openssl/ssl.h>
#include <stdbool.h>

#include "protocol.h"

/* pair_new_ctx returns an SSL_CTX for |protocol| alone that takes any peer's
 * certificate and keeps no sessions; with |tickets| a server gives one ticket
 * a handshake. NULL on failure. The caller owns it. */
SSL_CTX *pair_new_ctx(const struct protocol *protocol, bool server,
                      bool tickets);

/* pair_join gives |client| and |server| a new connection in memory, and their
 * states. |out_client_bio| and |out_server_bio| (may be NULL) get what each
 * reads from and writes to, borrowed. 1, or 0. */
int pair_join(SSL *client, SSL *server, BIO **out_client_bio,
              BIO **out_server_bio);

#endif
