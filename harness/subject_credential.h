/* subject_credential: certificates in other forms than X.509 as it is, of a
 * libssl that may not know them. All is looked up at run time. */
#ifndef CERTSPEC_SUBJECT_CREDENTIAL_H
#define CERTSPEC_SUBJECT_CREDENTIAL_H

#include <jansson.h>
#include <openssl/ssl.h>

/* subject_compression returns the number of the algorithm |name| ("zlib",
 * "brotli", "zstd": RFC 8879, section 7.3), or -1. */
int subject_compression(const char *name);

/* subject_certificate_type returns the number of the type |name| ("X509",
 * "RawPublicKey": RFC 7250, section 4.2), or -1. */
int subject_certificate_type(const char *name);

/* subject_set_certificate_compression and subject_set_client_certificate_types
 * give |ctx| the preferences |names|, best first: what is above, or
 * SSL_CTX_set1_cert_comp_preference and SSL_CTX_set1_client_cert_type. 1, or 0
 * where the subject cannot. */
int subject_set_certificate_compression(SSL_CTX *ctx, const json_t *names);
int subject_set_client_certificate_types(SSL_CTX *ctx, const json_t *names);

#endif
