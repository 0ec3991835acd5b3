/* blocking: what a blocking socket does, for subjects that only work without:
 * QUIC objects are driven from outside, so that scripts for datagrams and
 * deadlines work alike on every protocol. */
#ifndef CERTSPEC_BLOCKING_H
#define CERTSPEC_BLOCKING_H

#include "client_run.h"

/* blocking_again tells whether the I/O function that has returned |value| must
 * be called again: on a QUIC object, with "io": "blocking", when it wants to
 * read or write. It has then waited for a datagram or the object's own timer.
 * 0 at the deadline, and always elsewhere. */
int blocking_again(const struct client_ssl *object, int value);

#endif
