/* saboteur: what the libraries that break the subject have in common. Each is
 * loaded over libssl with LD_PRELOAD and breaks one statement. */
#ifndef CERTSPEC_SABOTEUR_H
#define CERTSPEC_SABOTEUR_H

#include <dlfcn.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

/* REAL(SSL_new) is the subject's own SSL_new. */
#define REAL(function) \
  (__extension__(__typeof__(&(function))) dlsym(RTLD_NEXT, #function))

/* client_cert_cb is the callback's type. */
typedef int client_cert_cb(SSL *ssl, X509 **x509, EVP_PKEY **pkey);

/* sabotage_callback stands between libssl and the |original| callback, with
 * libssl's own arguments and result. Written by a saboteur that is linked with
 * between.c, which puts it there. */
int sabotage_callback(SSL *ssl, X509 **x509, EVP_PKEY **pkey,
                      client_cert_cb *original);

/* between_original returns the callback that the client registered for |ssl|'s
 * SSL_CTX, or NULL. */
client_cert_cb *between_original(const SSL *ssl);

/* drop_pair frees what the callback put into its out pointers, which may be
 * NULL, and sets them to NULL. For saboteurs that are linked with between.c. */
void drop_pair(X509 **x509, EVP_PKEY **pkey);

/* foreign_pair makes a self-signed certificate that no server has ever seen,
 * and its key. The caller owns both. Ends the process when it can't. */
void foreign_pair(X509 **out_x509, EVP_PKEY **out_pkey);

/* foreign_rsa_pair is the same with an RSA key. */
void foreign_rsa_pair(X509 **out_x509, EVP_PKEY **out_pkey);

/* The content types and handshake types of RFC 5246 and RFC 8446 that
 * saboteurs look at. */
enum {
  CONTENT_CHANGE_CIPHER_SPEC = 20,
  CONTENT_ALERT = 21,
  CONTENT_HANDSHAKE = 22
};
enum {
  MESSAGE_CERTIFICATE = 11,
  MESSAGE_CERTIFICATE_REQUEST = 13,
  MESSAGE_SERVER_HELLO_DONE = 14,
  MESSAGE_CERTIFICATE_VERIFY = 15,
  MESSAGE_CLIENT_KEY_EXCHANGE = 16
};

/* What follows is for a saboteur that is linked with messages.c, which stands
 * between libssl and its records: those of TLS 1.3, and those that TLS up to
 * 1.2 sends and reads in plaintext. What it rewrites enters the transcript as
 * the server knows it, so that nothing else fails. */

/* sabotage_sent may rewrite an alert or a whole handshake message that libssl
 * is about to send: |data|, |len| bytes, in a record of |content_type|. Returns
 * the length that is sent, at most |len|. May be left out. */
__attribute__((weak)) size_t sabotage_sent(unsigned char content_type,
                                           unsigned char *data, size_t len);

/* sabotage_received may rewrite, in place, a whole handshake message that the
 * server has sent, before libssl sees it. May be left out. */
__attribute__((weak)) void sabotage_received(unsigned char *message,
                                             size_t len);

/* transcript_differs has what libssl takes into the transcript as |ours| taken
 * as |theirs|, where that is not just what was sent. 0 bytes: left out. */
void transcript_differs(const unsigned char *ours, size_t ours_len,
                        const unsigned char *theirs, size_t theirs_len);

#endif
