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

/* foreign_pair makes a self-signed certificate that no server has ever seen,
 * and its key. The caller owns both. Ends the process when it can't. */
void foreign_pair(X509 **out_x509, EVP_PKEY **out_pkey);

#endif
