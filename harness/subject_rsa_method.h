/* subject_rsa_method: private keys that fail to sign, as keys of a token that
 * was taken out do, of a libssl that may have no RSA_METHOD any more. All is
 * looked up at run time. */
#ifndef CERTSPEC_SUBJECT_RSA_METHOD_H
#define CERTSPEC_SUBJECT_RSA_METHOD_H

#include <openssl/evp.h>

/* subject_has_rsa_method tells whether the subject has all that is needed. */
int subject_has_rsa_method(void);

/* subject_key_that_cannot_sign returns a copy of the RSA key |key| that can do
 * everything but sign, or NULL. The caller owns it. */
EVP_PKEY *subject_key_that_cannot_sign(EVP_PKEY *key);

#endif
