/* subject_boringssl: what BoringSSL's headers lack of OpenSSL's API, so that
 * the harness compiles against them. Included before everything else when the
 * subject is BoringSSL (subject.cmake); nothing includes it by name.
 *
 * A function that BoringSSL does not have is called all the same: it fails,
 * and subject_lack says which one it was, so that the run is "unsupported"
 * with the reason, never a verdict about behaviour. */
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
#include <stdint.h>
#include <stdio.h>

#include "subject_lack.h"

/* SSL_want gives the numbers of SSL_get_error here. */
#define SSL_X509_LOOKUP SSL_ERROR_WANT_X509_LOOKUP

/* Numbers that BoringSSL never gives. */
#define SSL_ERROR_WANT_ASYNC (-9)
#define SSL_ERROR_WANT_ASYNC_JOB (-10)
#define SSL_ERROR_WANT_CLIENT_HELLO_CB (-11)
#define SSL_ASYNC_PAUSED (-5)
#define SSL_ASYNC_NO_JOBS (-6)
#define SSL_CLIENT_HELLO_CB (-7)
#define ERR_LIB_ASYNC (-51)

/* RFC 6347, 4.2.2: the header of a DTLS handshake message, in bytes. */
#define DTLS1_HM_HEADER_LENGTH 12

/* 0: known to OpenSSL, and this subject has none. */
#define SSL_OP_ALLOW_NO_DHE_KEX 0
#define SSL_OP_CISCO_ANYCONNECT 0
#define SSL_OP_COOKIE_EXCHANGE 0
#define SSL_OP_CRYPTOPRO_TLSEXT_BUG 0
#define SSL_OP_ENABLE_MIDDLEBOX_COMPAT 0
#define SSL_OP_NO_ANTI_REPLAY 0
#define SSL_OP_NO_ENCRYPT_THEN_MAC 0
#define SSL_OP_PRIORITIZE_CHACHA 0
#define SSL_OP_SAFARI_ECDHE_ECDSA_BUG 0
#define SSL_OP_TLSEXT_PADDING 0
#define SSL_MODE_ASYNC 0
#define SSL_CERT_FLAG_BROKEN_PROTOCOL 0
#define SSL_CERT_FLAG_SUITEB_128_LOS 0
#define SSL_CERT_FLAG_SUITEB_128_LOS_ONLY 0
#define SSL_CERT_FLAG_SUITEB_192_LOS 0
#define SSL_CERT_FLAG_TLS_STRICT 0

/* There are no security levels: everything that is on can be used. */
static inline void SSL_CTX_set_security_level(SSL_CTX *ctx, int level) {
  (void)ctx;
  (void)level;
}

static inline void SSL_set_security_level(SSL *ssl, int level) {
  (void)ssl;
  (void)level;
}

SUBJECT_LACKS(SSL *, SSL_dup, ANY SSL *ssl)
SUBJECT_LACKS(int, SSL_renegotiate_abbreviated, ANY SSL *ssl)
SUBJECT_LACKS(int, SSL_copy_session_id, ANY SSL *to, ANY const SSL *from)
SUBJECT_LACKS(int, SSL_CTX_set_ciphersuites, ANY SSL_CTX *ctx,
              ANY const char *text)
SUBJECT_LACKS(int, SSL_CTX_set1_client_sigalgs_list, ANY SSL_CTX *ctx,
              ANY const char *text)
SUBJECT_LACKS(int, SSL_CTX_set_cert_flags, ANY SSL_CTX *ctx, ANY unsigned flags)
SUBJECT_LACKS(int, SSL_use_cert_and_key, ANY SSL *ssl, ANY X509 *certificate,
              ANY EVP_PKEY *key, ANY STACK_OF(X509) * chain, ANY int override)
SUBJECT_LACKS(int, SSL_CTX_use_cert_and_key, ANY SSL_CTX *ctx,
              ANY X509 *certificate, ANY EVP_PKEY *key,
              ANY STACK_OF(X509) * chain, ANY int override)
SUBJECT_LACKS(int, SSL_select_current_cert, ANY SSL *ssl, ANY X509 *certificate)
SUBJECT_LACKS(int, SSL_CTX_select_current_cert, ANY SSL_CTX *ctx,
              ANY X509 *certificate)
SUBJECT_LACKS(int, SSL_set1_chain_cert_store, ANY SSL *ssl,
              ANY X509_STORE *store)
SUBJECT_LACKS(int, SSL_CTX_set1_chain_cert_store, ANY SSL_CTX *ctx,
              ANY X509_STORE *store)

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

/* There is no getter: what was set cannot be asked for. */
static inline int (*SSL_CTX_get_client_cert_cb(SSL_CTX *ctx))(SSL *, X509 **,
                                                              EVP_PKEY **) {
  (void)ctx;
  return NULL;
}

/* The caller frees the text with OPENSSL_free. */
static inline char *OPENSSL_buf2hexstr(const unsigned char *bytes, long len) {
  char *text = OPENSSL_malloc(3 * (size_t)len + 1);
  for (long i = 0; text != NULL && i < len; i++) {
    snprintf(text + 3 * i, 4, "%02X:", bytes[i]);
  }
  if (text != NULL) {
    text[len > 0 ? 3 * len - 1 : 0] = '\0';
  }
  return text;
}

#endif
