/* subject_engine: client certificates from an ENGINE, of a libssl that may not
 * have engines any more. All is looked up at run time. */
#ifndef CERTSPEC_SUBJECT_ENGINE_H
#define CERTSPEC_SUBJECT_ENGINE_H

#include <openssl/ssl.h>

/* A function that an engine gives client certificates with: |ca_list| is what
 * the server asked for; the rest is as with a client_cert_cb. */
typedef int subject_engine_load(SSL *ssl, STACK_OF(X509_NAME) * ca_list,
                                X509 **x509, EVP_PKEY **pkey);

/* subject_set_client_cert_engine makes an engine whose function for client
 * certificates is |load|, or that has none (NULL), and gives it to |ctx|, which
 * keeps it. Returns what SSL_CTX_set_client_cert_engine returns, 1 or 0, or -1
 * where the subject has no engines. There is one |load| a process: the last. */
int subject_set_client_cert_engine(SSL_CTX *ctx, subject_engine_load *load);

#endif
