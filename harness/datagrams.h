/* datagrams: a UDP connection between the subject and a server, the script
 * that loses and reorders what it carries, and the BIO over it. */
#ifndef CERTSPEC_DATAGRAMS_H
#define CERTSPEC_DATAGRAMS_H

#include <jansson.h>
#include <openssl/bio.h>

#include "error.h"
#include "transport.h"

struct datagrams;

/* datagrams_new returns what a UDP connection needs beside its descriptor:
 * counts and queues for |script| (NULL: lose nothing; else it must outlive
 * the result). NULL when memory is out. Free with datagrams_free. */
struct datagrams *datagrams_new(const json_t *script);
void datagrams_free(struct datagrams *datagrams);

/* datagrams_open_pair makes two UDP sockets on 127.0.0.1 that hear only each
 * other. 1, or 0 with errno. */
int datagrams_open_pair(int out[2]);

/* datagrams_method returns the BIO_METHOD over a struct transport, or NULL. */
const BIO_METHOD *datagrams_method(void);

/* datagrams_read takes the next datagram that the script lets through into
 * |out|; waits as the transport's "io" says. Its length; -1 with *out_retry:
 * nothing now; -1 without: nothing ever (errno). */
int datagrams_read(struct transport *transport, void *out, size_t max_len,
                   int *out_retry);

/* datagrams_write sends one datagram, or loses it by the script. Its length,
 * or -1 as above. */
int datagrams_write(struct transport *transport, const void *bytes, size_t len,
                    int *out_retry);

/* datagrams_timeout returns the duration of a retransmission timer that
 * starts now, in microseconds, after one of |before| (0: the first of its
 * flight). It is short where the script may have lost something and longer
 * than any run elsewhere: no timer then races with a slow server. */
unsigned datagrams_timeout(const struct datagrams *datagrams, unsigned before);

/* datagrams_wait_until waits until there is something to read, or the moment
 * |until| (CLOCK_MONOTONIC seconds). */
void datagrams_wait_until(const struct transport *transport, double until);

/* datagrams_wait, datagrams_half_close and datagrams_drain: see transport.h.
 * WARNING: UDP has no end of file. An empty datagram, which neither DTLS nor
 * QUIC sends, stands for it in both directions. */
int datagrams_wait(struct transport *transport, int for_data);
void datagrams_half_close(struct transport *transport);
void datagrams_drain(struct transport *transport);

#endif
