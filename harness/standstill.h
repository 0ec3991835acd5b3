/* standstill: a wait for the server that ends as soon as it is in vain. */
#ifndef CERTSPEC_STANDSTILL_H
#define CERTSPEC_STANDSTILL_H

#include "transport.h"

/* standstill_wait waits for |events| (as poll has them) on the connection. 1;
 * 0 at the deadline, or when the server says that it has received all that was
 * sent here, has sent no more than was received here, and waits for the client
 * alone (servers/README.md): neither will ever go on. That moment is the
 * deadline then, so that all that follows is the same as after it.
 * The server is asked where the transport knows whom to ask, and only after a
 * while; that time decides when the question is asked, not how it is answered.
 * WARNING: the subject must have no timer of its own in this wait. */
int standstill_wait(struct transport *transport, short events);

#endif
