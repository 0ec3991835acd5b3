/* references: how many hold an X509 or an EVP_PKEY. An object that inputs share
 * has to come out of each with as many references as it went in: what leaks one
 * is found by the input that does it, and nothing need be decoded anew. */
#ifndef CERTSPEC_FUZZ_REFERENCES_H
#define CERTSPEC_FUZZ_REFERENCES_H

#include <openssl/evp.h>
#include <openssl/x509.h>
#include <stdbool.h>

/* references_start learns where objects count. False when that cannot be found
 * out (a fork of OpenSSL): then nothing may be shared, and the functions below
 * abort. */
bool references_start(void);

/* references_of_certificate and references_of_key return the count of an
 * object, which the caller holds. */
int references_of_certificate(const X509 *certificate);
int references_of_key(const EVP_PKEY *key);

#endif
