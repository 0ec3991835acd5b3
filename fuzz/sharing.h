/* sharing: certificates that are decoded once, not again by each input. A peer
 * sends certificates of the PKI, always the same bytes, and decoding them would
 * cost more than all else that an input does.
 *
 * d2i_X509 of libssl (--wrap, where libssl is linked in) gives the shared
 * certificate when it reads one of these, byte for byte, and reads everything
 * else itself. An input can have everything decoded for itself: then
 * AddressSanitizer sees what is done to certificates after their end. */
#ifndef CERTSPEC_FUZZ_SHARING_H
#define CERTSPEC_FUZZ_SHARING_H

#include <stdbool.h>

#include "pki.h"
#include "reading.h"

/* sharing_add makes the certificate |name| of |pki|, and its key where it has
 * one, shared: objects that nobody else has. |name| has to stay. */
void sharing_add(struct pki *pki, const char *name);

/* sharing_begin begins an input; it shares if |wanted|, and where references
 * can be counted. Returns whether it does. */
bool sharing_begin(bool wanted);

/* sharing_end ends it, when all that it made is freed. Aborts unless each
 * shared object has as many references as in the beginning. */
void sharing_end(void);

/* sharing_der returns the certificate |name| in DER. It stays. */
struct span sharing_der(const char *name);

/* sharing_take_certificate and sharing_take_key return a reference to a shared
 * object, for the caller to give away or to free. */
X509 *sharing_take_certificate(const char *name);
EVP_PKEY *sharing_take_key(const char *name);

#endif
