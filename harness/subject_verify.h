/* subject_verify: the verification of a server's certificate, asked for again.
 */
#ifndef CERTSPEC_SUBJECT_VERIFY_H
#define CERTSPEC_SUBJECT_VERIFY_H

#include <openssl/ssl.h>

/* subject_retry_verify does what SSL_set_retry_verify(3) does: called inside
 * the verification callback of |ssl|, it suspends the handshake, and the
 * callback is asked again. 1, or 0 when the subject has no such function
 * (before OpenSSL 3.0). */
int subject_retry_verify(SSL *ssl);

#endif
