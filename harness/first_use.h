/* first_use: what keys and certificates make when they are first used. */
#ifndef CERTSPEC_FIRST_USE_H
#define CERTSPEC_FIRST_USE_H

#include <openssl/evp.h>
#include <openssl/x509.h>

/* first_use has |key| sign once, when it is an RSA key, which makes its
 * blinding and what its primes need; and reads the extensions of |certificate|.
 * Either may be NULL. A process that is forked afterwards finds that done. May
 * leave errors on the queue. */
void first_use(EVP_PKEY *key, X509 *certificate);

#endif
