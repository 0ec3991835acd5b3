/* subject_wolfssl: what wolfSSL's OpenSSL layer lacks of OpenSSL's API, so
 * that the harness compiles against it. Included before everything else when
 * the subject is wolfSSL (subject.cmake); nothing includes it by name. */
#ifndef CERTSPEC_SUBJECT_WOLFSSL_H
#define CERTSPEC_SUBJECT_WOLFSSL_H

/* Its functions take and give other types than OpenSSL's, and its headers are
 * not written for all of our warnings. */
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wsign-conversion"
#pragma GCC diagnostic ignored "-Wdiscarded-qualifiers"

/* What the library was built with decides what its headers declare. */
#include <wolfssl/options.h>

#include <openssl/bio.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include "subject_fork.h"

/* SSL_want gives 1 to 3 as OpenSSL does and nothing else. */
#define SSL_X509_LOOKUP 4

/* Numbers that wolfSSL never gives. */
#define ERR_LIB_BN (-51)
#define ERR_LIB_DH (-52)
#define ERR_LIB_BIO (-53)
#define ERR_LIB_X509V3 (-54)
#define ERR_LIB_CRYPTO (-55)
#define ERR_LIB_RAND (-56)
#define ERR_LIB_ENGINE (-57)
#define ERR_LIB_ASYNC (-58)
#define SSL_AD_REASON_OFFSET 1000000

/* RFC 5246, 7.4: the header of a handshake message, in bytes. */
#define SSL3_HM_HEADER_LENGTH 4

/* RFC 7468: labels. */
#define PEM_STRING_X509 "CERTIFICATE"
#define PEM_STRING_PKCS8INF "PRIVATE KEY"
#define PEM_STRING_PKCS8 "ENCRYPTED PRIVATE KEY"

/* 0: known to OpenSSL, and this subject has none. */
#define OPENSSL_INIT_NO_LOAD_CONFIG 0
#define SSL_OP_ALLOW_UNSAFE_LEGACY_RENEGOTIATION 0
#define SSL_OP_NO_DTLSv1 0
#define SSL_OP_NO_DTLSv1_2 0
#define SSL_MODE_NO_AUTO_CHAIN 0
#define SSL_MODE_SEND_CLIENTHELLO_TIME 0
#define SSL_MODE_SEND_FALLBACK_SCSV 0
#define SSL_KEY_UPDATE_REQUESTED 1
#define SSL_KEY_UPDATE_NOT_REQUESTED 0

/* Its BIOs have no kinds. */
#define BIO_C_GET_FD 105
#define BIO_TYPE_SOURCE_SINK 0x0400
#define BIO_TYPE_DESCRIPTOR 0x0100

static inline int BIO_get_new_index(void) {
  return 128;
}

/* The error queue has no marks: what looking at an object raises stays. */
static inline int ERR_set_mark(void) {
  return 1;
}

static inline int ERR_pop_to_mark(void) {
  return 1;
}

static inline int SSL_is_dtls(const SSL *ssl) {
  return wolfSSL_dtls((SSL *)ssl);
}

/* A session that was set stays: there is no taking it away with NULL. */
static inline int subject_wolfssl_set_session(SSL *ssl, SSL_SESSION *session) {
  if (session == NULL) {
    subject_lacks("SSL_set_session that takes NULL");
    return 0;
  }

  if (wolfSSL_set_session(ssl, session) != 1) {
    subject_lacks("SSL_set_session that takes the session it gave");
    return 0;
  }

  return 1;
}

#undef SSL_set_session
#define SSL_set_session subject_wolfssl_set_session

#ifndef HAVE_SECURE_RENEGOTIATION
/* The header promises it all the same. */
#undef SSL_renegotiate
SUBJECT_LACKS(int, SSL_renegotiate, ANY SSL *ssl)
#endif
SUBJECT_LACKS(int, SSL_key_update, ANY SSL *ssl, ANY int type)
SUBJECT_LACKS(long, SSL_CTX_set_max_cert_list, ANY SSL_CTX *ctx, ANY long size)
SUBJECT_LACKS(int, SSL_set_security_level, ANY SSL *ssl, ANY int level)
SUBJECT_LACKS(int, SSL_set1_chain, ANY SSL *ssl, ANY STACK_OF(X509) * chain)
SUBJECT_LACKS(int, SSL_CTX_set1_chain, ANY SSL_CTX *ctx,
              ANY STACK_OF(X509) * chain)
SUBJECT_LACKS(int, SSL_clear_chain_certs, ANY SSL *ssl)
SUBJECT_LACKS(int, EC_KEY_set_ex_data, ANY EC_KEY *key, ANY int index,
              ANY void *data)

static inline void SSL_set_cert_cb(SSL *ssl, int (*callback)(SSL *, void *),
                                   void *argument) {
  (void)ssl;
  (void)callback;
  (void)argument;
  subject_lacks("SSL_set_cert_cb");
}

/* What the CertificateRequest said cannot be asked for. */
static inline size_t SSL_get0_certificate_types(const SSL *ssl,
                                                const unsigned char **types) {
  (void)ssl;
  *types = NULL;
  return 0;
}

static inline int SSL_get_sigalgs(SSL *ssl, int index, int *sign, int *hash,
                                  int *both, unsigned char *low,
                                  unsigned char *high) {
  (void)ssl;
  (void)index;
  (void)sign;
  (void)hash;
  (void)both;
  (void)low;
  (void)high;
  return 0;
}

/* It knows one text about itself: "wolfSSL 5.9.2". */
#define OPENSSL_PLATFORM 2
#define OPENSSL_CFLAGS 1
#undef OPENSSL_VERSION_TEXT
#define OPENSSL_VERSION_TEXT "wolfSSL " LIBWOLFSSL_VERSION_STRING
#undef OpenSSL_version

static inline const char *OpenSSL_version(int type) {
  return type == 0 ? wolfSSL_OpenSSL_version(type) : "";
}

SUBJECT_LACKS(int, BIO_get_retry_reason, ANY BIO *bio)
SUBJECT_LACKS(int, BIO_should_io_special, ANY BIO *bio)

#endif
