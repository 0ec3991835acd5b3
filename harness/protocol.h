/* protocol: the protocols a case can be run on. */
#ifndef CERTSPEC_PROTOCOL_H
#define CERTSPEC_PROTOCOL_H

#include <stddef.h>

enum protocol_kind { PROTOCOL_TLS, PROTOCOL_DTLS, PROTOCOL_QUIC };

struct protocol {
  const char *name; /* "TLSv1.2", as SSL_get_version says it */
  enum protocol_kind kind;
  int version;         /* TLS1_2_VERSION, ...; 0 for QUICv1 */
  const char *feature; /* what the subject must have (subject_has) */
};

/* protocol_table lists all protocols, oldest first; |out_num| gets their
 * number. */
const struct protocol *protocol_table(size_t *out_num);

/* protocol_find returns the protocol called |name|, or NULL. */
const struct protocol *protocol_find(const char *name);

/* protocol_before_tls12 tells whether |protocol| signs with SHA-1, which takes
 * security level 0, and requests no signature algorithms. */
int protocol_before_tls12(const struct protocol *protocol);

#endif
