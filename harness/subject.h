/* subject: what the libssl under test is and can do. The only place that
 * knows versions. */
#ifndef CERTSPEC_SUBJECT_H
#define CERTSPEC_SUBJECT_H

#include <jansson.h>
#include <openssl/ssl.h>
#include <stddef.h>

#include "error.h"

struct subject_feature {
  const char *name;  /* "tls1.0", "quic", "engine", ... */
  const char *about; /* what it means, and why it can be missing */
};

/* subject_start initialises the library without reading any configuration
 * file. 1, or 0 with |error|. */
int subject_start(struct certspec_error *error);

/* subject_describe returns {"library": "openssl", "version": "3.0.19",
 * "line": "3.0", "built_with": "3.0.19", "libssl": {"path", "sha256"},
 * "libcrypto": {...}, "build": …}: the files that are really mapped. The caller
 * owns it. */
json_t *subject_describe(void);

const char *subject_library(void); /* "openssl", "boringssl", "wolfssl" */
int subject_is_fork(void);         /* 1 for anything but OpenSSL itself */
const char *subject_version(void); /* "3.0.19", of the mapped library */

/* subject_version_in tells whether the mapped version satisfies all of
 * |ranges|, an array of texts such as ">=3.0.0", "<3.1", "=3.0.19". 1, 0, or
 * -1 when one is malformed. */
int subject_version_in(const json_t *ranges);

/* subject_version_satisfies is the same for any |version|. */
int subject_version_satisfies(const char *version, const json_t *ranges);

/* subject_version_line writes the line of releases that |version| is of, "3.0"
 * or "1.1.1", into |out|. 1, or 0 when |version| is malformed. */
int subject_version_line(char *out, size_t out_size, const char *version);

/* subject_features lists all features that a subject can have. */
const struct subject_feature *subject_features(size_t *out_num);

/* subject_has tells whether the subject has |feature|: 1, 0, or -1 when there
 * is no such feature. */
int subject_has(const char *feature);

/* Numbers to the API's own symbols, the same on every version; text of the
 * form "SSL_ERROR_17" for what nobody knows. Static storage, valid until the
 * next call of the same function. */
const char *subject_error_symbol(int ssl_get_error);    /* SSL_ERROR_... */
const char *subject_want_symbol(int ssl_want);          /* SSL_NOTHING ... */
const char *subject_reason_symbol(unsigned long error); /* SSL_R_... X509_R_… */
const char *subject_state_symbol(const SSL *ssl);       /* TLS_ST_... */
const char *subject_alert_symbol(int description); /* "handshake_failure" */
const char *subject_message_symbol(int type);      /* "CertificateRequest" */

/* Symbols to numbers: 1 and |out|, or 0 when this subject has no such symbol
 * (known to any version: *out_known is 1, then it is unsupported). */
int subject_option(const char *symbol, unsigned long long *out,
                   int *out_known); /* SSL_OP_... */
int subject_mode(const char *symbol, unsigned long *out, int *out_known);
int subject_cert_flag(const char *symbol, unsigned *out, int *out_known);

/* subject_on_key_freed counts |key|'s end: *counter is raised by one when the
 * last reference to |key| goes. 1, or 0 when the subject cannot tell. */
int subject_on_key_freed(EVP_PKEY *key, unsigned *counter);
int subject_on_certificate_freed(X509 *certificate, unsigned *counter);

/* Wrappers for what has another name, or is not there, in some versions. */
X509 *subject_peer_certificate(const SSL *ssl); /* owned by the caller */
int subject_ssl_state(const SSL *ssl);

/* subject_copy_key returns a copy of |key| that shares nothing with it, at a
 * fraction of what decoding costs, or NULL where the subject has no
 * EVP_PKEY_dup. |key| is not counted by subject_on_key_freed. The caller owns
 * the copy. */
EVP_PKEY *subject_copy_key(EVP_PKEY *key);

/* subject_ask_for_cookies has servers of |ctx|, of DTLS, send a
 * HelloVerifyRequest first (RFC 6347, section 4.2.1); a fork's do as they
 * like. */
void subject_ask_for_cookies(SSL_CTX *ctx);

/* subject_failed_for_good tells whether the handshake, or the connection, of
 * |ssl| is over after a call for which SSL_get_error said |error|. */
int subject_failed_for_good(const SSL *ssl, int error);

/* subject_raise puts an error onto the queue: an ERR_LIB_... (ERR_LIB_SYS: the
 * reason is an errno) and a reason as ERR_GET_REASON gives it. */
void subject_raise(int library, int reason);

#endif
