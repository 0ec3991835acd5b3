/* client_psk: the client keys "psk_use_session" and "psk_client": PSKs from
 * outside, and the library's callbacks that hand them over. */
#ifndef CERTSPEC_CLIENT_PSK_H
#define CERTSPEC_CLIENT_PSK_H

#include <jansson.h>
#include <openssl/ssl.h>

#include "error.h"

/* client_psk_check checks keys and values of |psk|; |with_session|: whether it
 * is a "psk_use_session". 1, or 0 with |error| beginning with |place|. */
int client_psk_check(const json_t *psk, int with_session, const char *place,
                     struct certspec_error *error);

/* The callbacks as they are registered. The SSL_CTX's app data is its struct
 * client_context, whose keys have the PSK. */
int client_psk_use_session(SSL *ssl, const EVP_MD *digest,
                           const unsigned char **out_identity,
                           size_t *out_identity_len, SSL_SESSION **out_session);
unsigned client_psk_client(SSL *ssl, const char *hint, char *identity,
                           unsigned max_identity_len, unsigned char *key,
                           unsigned max_key_len);

#endif
