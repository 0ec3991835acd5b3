/* subject_boringssl: what BoringSSL's headers lack of OpenSSL's API, so that
 * the harness compiles against them. Included before everything else when the
 * subject is BoringSSL (subject.cmake); nothing includes it by name. */
#ifndef CERTSPEC_SUBJECT_BORINGSSL_H
#define CERTSPEC_SUBJECT_BORINGSSL_H

/* Its functions take and give other integer types than OpenSSL's. */
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wsign-conversion"
#pragma GCC diagnostic ignored "-Wsign-compare"

#include <openssl/crypto.h>
#include <openssl/ec_key.h>
#include <openssl/err.h>
#include <openssl/rsa.h>
#include <openssl/ssl.h>

#include "subject_fork.h"

/* SSL_want gives the numbers of SSL_get_error here. */
#define SSL_X509_LOOKUP SSL_ERROR_WANT_X509_LOOKUP

/* A number that BoringSSL never gives. */
#define ERR_LIB_ASYNC (-51)

/* 0: known to OpenSSL, and this subject has none. */
#define SSL_OP_COOKIE_EXCHANGE 0

/* There are no security levels: everything that is on can be used. */
static inline void SSL_CTX_set_security_level(SSL_CTX *ctx, int level) {
  (void)ctx;
  (void)level;
}

static inline void SSL_set_security_level(SSL *ssl, int level) {
  (void)ssl;
  (void)level;
}

SUBJECT_LACKS(int, SSL_in_before, ANY const SSL *ssl)
SUBJECT_LACKS(int, SSL_verify_client_post_handshake, ANY SSL *ssl)
SUBJECT_LACKS(int, SSL_CTX_set_ciphersuites, ANY SSL_CTX *ctx,
              ANY const char *text)

/* Off is what it is anyway. */
static inline void SSL_set_post_handshake_auth(SSL *ssl, int value) {
  (void)ssl;
  if (value) {
    subject_lacks("SSL_set_post_handshake_auth");
  }
}

static inline void SSL_CTX_set_post_handshake_auth(SSL_CTX *ctx, int value) {
  (void)ctx;
  if (value) {
    subject_lacks("SSL_CTX_set_post_handshake_auth");
  }
}

/* Instead of the one function that OpenSSL has for all classes. */
#define CRYPTO_EX_INDEX_X509 1
#define CRYPTO_EX_INDEX_RSA 2
#define CRYPTO_EX_INDEX_EC_KEY 3

/* subject_ex_dup is the type of a function that copies ex_data. */
typedef int subject_ex_dup(CRYPTO_EX_DATA *to, const CRYPTO_EX_DATA *from,
                           void *data, int index, long argl, void *argp);

static inline int CRYPTO_get_ex_new_index(int class_index, long argl,
                                          void *argp, void *unused,
                                          subject_ex_dup *dup,
                                          CRYPTO_EX_free *free_func) {
  (void)unused;
  (void)dup; /* BoringSSL copies no ex_data */
  switch (class_index) {
    case CRYPTO_EX_INDEX_X509:
      return X509_get_ex_new_index(argl, argp, NULL, NULL, free_func);
    case CRYPTO_EX_INDEX_RSA:
      return RSA_get_ex_new_index(argl, argp, NULL, NULL, free_func);
    case CRYPTO_EX_INDEX_EC_KEY:
      return EC_KEY_get_ex_new_index(argl, argp, NULL, NULL, free_func);
    default:
      return -1;
  }
}

/* BoringSSL has no releases; it counts changes of its API. */
#define SUBJECT_TEXT_OF(number) #number
#define SUBJECT_TEXT(number) SUBJECT_TEXT_OF(number)

static inline const char *subject_boringssl_version(int type) {
  return type == OPENSSL_VERSION
             ? "BoringSSL " SUBJECT_TEXT(BORINGSSL_API_VERSION)
             : "";
}

#define OpenSSL_version subject_boringssl_version
#undef OPENSSL_VERSION_TEXT
#define OPENSSL_VERSION_TEXT "BoringSSL " SUBJECT_TEXT(BORINGSSL_API_VERSION)

/* Lists the signature algorithms of the last CertificateRequest, as OpenSSL's
 * function of that name does; the numbers of digest and key stay unset. */
static inline int SSL_get_sigalgs(SSL *ssl, int index, int *sign, int *hash,
                                  int *both, unsigned char *low,
                                  unsigned char *high) {
  const uint16_t *codes;
  int num = (int)SSL_get0_peer_verify_algorithms(ssl, &codes);
  (void)sign;
  (void)hash;
  (void)both;
  if (index >= 0 && index < num) {
    *low = (unsigned char)(codes[index] & 0xff);
    *high = (unsigned char)(codes[index] >> 8);
  }
  return num;
}

/* A server cannot ask for a new handshake. */
static inline int subject_boringssl_renegotiate(SSL *ssl) {
  if (SSL_is_server(ssl)) {
    subject_lacks("SSL_renegotiate of a server");
    return 0;
  }

  return SSL_renegotiate(ssl);
}

#define SSL_renegotiate subject_boringssl_renegotiate

SUBJECT_LACKS(long, BIO_do_handshake, ANY BIO *bio)

#endif
