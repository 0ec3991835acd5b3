/* subject_fork: what neither BoringSSL nor wolfSSL has of OpenSSL's API. Part
 * of subject_boringssl.h and subject_wolfssl.h, after the fork's headers.
 *
 * A function that a fork does not have is called all the same: it fails, and
 * subject_lack says which one it was, so that the run is "unsupported" with
 * the reason, never a verdict about behaviour. */
#ifndef CERTSPEC_SUBJECT_FORK_H
#define CERTSPEC_SUBJECT_FORK_H

#include <stdint.h>
#include <stdio.h>

#include "subject_lack.h"

/* Numbers that a fork never gives. */
#define SSL_ERROR_WANT_ASYNC (-9)
#define SSL_ERROR_WANT_ASYNC_JOB (-10)
#define SSL_ERROR_WANT_CLIENT_HELLO_CB (-11)
#define SSL_ASYNC_PAUSED (-5)
#define SSL_ASYNC_NO_JOBS (-6)
#define SSL_CLIENT_HELLO_CB (-7)

/* RFC 6347, 4.2.2: the header of a DTLS handshake message, in bytes. */
#define DTLS1_HM_HEADER_LENGTH 12

/* 0: known to OpenSSL, and a fork has none. */
#define SSL_OP_ALLOW_NO_DHE_KEX 0
#define SSL_OP_CISCO_ANYCONNECT 0
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

SUBJECT_LACKS(SSL *, SSL_dup, ANY SSL *ssl)
SUBJECT_LACKS(int, SSL_renegotiate_abbreviated, ANY SSL *ssl)
SUBJECT_LACKS(int, SSL_copy_session_id, ANY SSL *to, ANY const SSL *from)
SUBJECT_LACKS(int, SSL_CTX_set1_client_sigalgs_list, ANY SSL_CTX *ctx,
              ANY const char *text)
SUBJECT_LACKS(int, SSL_set1_client_sigalgs_list, ANY SSL *ssl,
              ANY const char *text)
SUBJECT_LACKS(int, SSL_CTX_set_cert_flags, ANY SSL_CTX *ctx, ANY unsigned flags)
/* It takes the star behind a macro's type for a product. */
/* clang-format off */
SUBJECT_LACKS(int, SSL_use_cert_and_key, ANY SSL *ssl, ANY X509 *certificate,
              ANY EVP_PKEY *key, ANY STACK_OF(X509) *chain, ANY int override)
SUBJECT_LACKS(int, SSL_CTX_use_cert_and_key, ANY SSL_CTX *ctx,
              ANY X509 *certificate, ANY EVP_PKEY *key,
              ANY STACK_OF(X509) *chain, ANY int override)
/* clang-format on */
SUBJECT_LACKS(int, SSL_select_current_cert, ANY SSL *ssl, ANY X509 *certificate)
SUBJECT_LACKS(int, SSL_CTX_select_current_cert, ANY SSL_CTX *ctx,
              ANY X509 *certificate)
SUBJECT_LACKS(int, SSL_set1_chain_cert_store, ANY SSL *ssl,
              ANY X509_STORE *store)
SUBJECT_LACKS(int, SSL_CTX_set1_chain_cert_store, ANY SSL_CTX *ctx,
              ANY X509_STORE *store)

/* A fork that has one of these has it as a macro. */
#ifndef SSL_read_ex
SUBJECT_LACKS(int, SSL_read_ex, ANY SSL *ssl, ANY void *buffer, ANY size_t num,
              ANY size_t *out_num)
#endif
#ifndef SSL_peek_ex
SUBJECT_LACKS(int, SSL_peek_ex, ANY SSL *ssl, ANY void *buffer, ANY size_t num,
              ANY size_t *out_num)
#endif
#ifndef SSL_write_ex
SUBJECT_LACKS(int, SSL_write_ex, ANY SSL *ssl, ANY const void *bytes,
              ANY size_t num, ANY size_t *out_num)
#endif
#ifndef SSL_check_chain
#define CERT_PKEY_VALID 0x1
#define CERT_PKEY_SIGN 0x2
/* clang-format off */
SUBJECT_LACKS(int, SSL_check_chain, ANY SSL *ssl, ANY X509 *certificate,
              ANY EVP_PKEY *key, ANY STACK_OF(X509) *chain)
/* clang-format on */
#endif
#ifndef SSL_set0_CA_list
SUBJECT_LACKS(int, SSL_set0_CA_list, ANY SSL *ssl,
              ANY STACK_OF(X509_NAME) * names)
#endif

/* What a datagram BIO is asked; a fork asks less. */
#ifndef BIO_CTRL_DGRAM_GET_MTU
#define BIO_CTRL_DGRAM_GET_MTU 41
#endif
#ifndef BIO_CTRL_DGRAM_SET_MTU
#define BIO_CTRL_DGRAM_SET_MTU 42
#endif
#ifndef BIO_CTRL_DGRAM_SET_NEXT_TIMEOUT
#define BIO_CTRL_DGRAM_SET_NEXT_TIMEOUT 45
#endif
#ifndef BIO_CTRL_DGRAM_GET_FALLBACK_MTU
#define BIO_CTRL_DGRAM_GET_FALLBACK_MTU 47
#endif
#ifndef BIO_CTRL_DGRAM_GET_MTU_OVERHEAD
#define BIO_CTRL_DGRAM_GET_MTU_OVERHEAD 49
#endif

/* A fork's retransmission timer keeps its own time. */
static inline void DTLS_set_timer_cb(SSL *ssl,
                                     unsigned (*callback)(SSL *, unsigned)) {
  (void)ssl;
  (void)callback;
}

/* Addresses are for QUIC, which no fork has behind this API. */
typedef struct subject_no_address BIO_ADDR;

static inline BIO_ADDR *BIO_ADDR_new(void) {
  return NULL;
}

static inline int BIO_ADDR_rawmake(BIO_ADDR *address, int family,
                                   const void *where, size_t where_len,
                                   unsigned short port) {
  (void)address;
  (void)family;
  (void)where;
  (void)where_len;
  (void)port;
  return 0;
}

static inline void BIO_ADDR_free(BIO_ADDR *address) {
  (void)address;
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

/* Why a BIO_f_ssl is to be called again: BIO_get_retry_reason. */
#ifndef BIO_RR_SSL_X509_LOOKUP
#define BIO_RR_SSL_X509_LOOKUP 1
#endif
#ifndef BIO_RR_CONNECT
#define BIO_RR_CONNECT 2
#endif
#ifndef BIO_RR_ACCEPT
#define BIO_RR_ACCEPT 3
#endif

#endif
