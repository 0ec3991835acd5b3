/* reading: a CertificateRequest and the CA list in it, read without OpenSSL. It
 * is what the library's own reading is held against. */
#ifndef CERTSPEC_FUZZ_READING_H
#define CERTSPEC_FUZZ_READING_H

#include <stddef.h>
#include <stdint.h>

#include "protocol.h"

struct span {
  const uint8_t *bytes;
  size_t len;
};

enum reading {
  READING_GOOD,     /* within the RFCs and DER: has to be taken */
  READING_DOUBTFUL, /* BER, odd content, unusual types: either will do */
  READING_BROKEN,   /* lengths or tags that cannot be: has to be refused */
};

/* A CertificateRequest, its parts borrowed from the message. */
struct request_reading {
  enum reading reading;
  struct span ca_list; /* the inside; bytes NULL: it has none */
  size_t num_names;
};

/* reading_ca_list reads the inside of a list of DistinguishedName (RFC 5246
 * section 7.4.4, RFC 8446 section 4.2.4) and counts the names. */
enum reading reading_ca_list(struct span list, size_t *out_num);

/* reading_next takes the next name off |list|. 1 and |out|, or 0 at the end, or
 * where a length is broken. */
int reading_next(struct span *out, struct span *list);

/* reading_request reads the body of a CertificateRequest of |protocol|. */
struct request_reading reading_request(const struct protocol *protocol,
                                       struct span body);

#endif
