/* subject_psk: PSKs from outside and 0-RTT data, of a libssl that may not know
 * them. All is looked up at run time. */
#ifndef CERTSPEC_SUBJECT_PSK_H
#define CERTSPEC_SUBJECT_PSK_H

#include <openssl/ssl.h>
#include <stddef.h>

/* An SSL_psk_use_session_cb_func, and an SSL_psk_client_cb_func. */
typedef int subject_psk_use_session(SSL *ssl, const EVP_MD *digest,
                                    const unsigned char **out_identity,
                                    size_t *out_identity_len,
                                    SSL_SESSION **out_session);
typedef unsigned subject_psk_client(SSL *ssl, const char *hint, char *identity,
                                    unsigned max_identity_len,
                                    unsigned char *key, unsigned max_key_len);

/* subject_set_psk_use_session_callback and subject_set_psk_client_callback
 * register |callback| with |ctx|: SSL_CTX_set_psk_... of the same name. 1, or 0
 * where the subject has no such function. */
int subject_set_psk_use_session_callback(SSL_CTX *ctx,
                                         subject_psk_use_session *callback);
int subject_set_psk_client_callback(SSL_CTX *ctx, subject_psk_client *callback);

/* subject_psk_ciphersuite returns the number of the TLS 1.3 cipher suite |name|
 * ("TLS_AES_128_GCM_SHA256"), or -1. */
int subject_psk_ciphersuite(const char *name);

/* subject_new_psk_session makes a TLS 1.3 session of the PSK |key| for the
 * cipher suite of that number, which allows |max_early_data| bytes of 0-RTT
 * data. NULL where the subject cannot, or where |digest| is neither NULL nor
 * the suite's. Owned by the caller. */
SSL_SESSION *subject_new_psk_session(SSL *ssl, const EVP_MD *digest,
                                     int ciphersuite, const unsigned char *key,
                                     size_t key_len, unsigned max_early_data);

/* subject_write_early_data is SSL_write_early_data; -1 where there is none.
 * subject_early_data_status returns SSL_get_early_data_status by symbol, or
 * NULL where there is none; static storage. */
int subject_write_early_data(SSL *ssl, const void *data, size_t len,
                             size_t *out_num);
const char *subject_early_data_status(const SSL *ssl);

#endif
