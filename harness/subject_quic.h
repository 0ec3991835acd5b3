/* subject_quic: QUIC of a libssl that may not have it. All is looked up at run
 * time, so that headers without QUIC do for a library with it. */
#ifndef CERTSPEC_SUBJECT_QUIC_H
#define CERTSPEC_SUBJECT_QUIC_H

#include <openssl/bio.h>
#include <openssl/ssl.h>
#include <stddef.h>

/* subject_quic_method returns OSSL_QUIC_client_method(), or NULL where the
 * subject has none. */
const SSL_METHOD *subject_quic_method(void);

/* subject_is_quic tells whether |ssl| is a QUIC object (SSL_is_quic). */
int subject_is_quic(const SSL *ssl);

/* subject_quic_prepare makes a new QUIC object ready to connect over the
 * connected UDP socket |fd|: its peer's address, an ALPN protocol (RFC 9001,
 * section 8.1 wants one), and no blocking inside the library. 1 or 0. */
int subject_quic_prepare(SSL *ssl, int fd);

/* subject_handle_events is SSL_handle_events; 0 where there is none. */
int subject_handle_events(SSL *ssl);

/* subject_event_timeout puts the seconds until |ssl| wants to be called again
 * into |out|. 1, or 0 when nothing is scheduled. */
int subject_event_timeout(SSL *ssl, double *out);

/* A function that moves one datagram: its length, or -1 with *out_retry. */
typedef int subject_datagram_read(BIO *bio, void *out, size_t max_len,
                                  int *out_retry);
typedef int subject_datagram_write(BIO *bio, const void *bytes, size_t len,
                                   int *out_retry);

/* subject_set_datagram_functions gives |method| the functions behind
 * BIO_recvmmsg and BIO_sendmmsg, where the subject has them. There is one such
 * method: the last functions are used. 1 or 0. */
int subject_set_datagram_functions(BIO_METHOD *method,
                                   subject_datagram_read *read_one,
                                   subject_datagram_write *write_one);

#endif
