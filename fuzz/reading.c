#include "reading.h"

#include <string.h>

enum {
  TAG_SEQUENCE = 0x30,
  TAG_SET = 0x31,
  TAG_OID = 0x06,
  TAG_UTF8 = 0x0c,
  TAG_PRINTABLE = 0x13,
  TAG_IA5 = 0x16,
  CONSTRUCTED = 0x20,
  EXTENSION_SIGNATURE_ALGORITHMS = 13,
  EXTENSION_CERTIFICATE_AUTHORITIES = 47,
};

/* Big-endian, |size| bytes. 1 and |out|, or 0 when there are fewer. */
static int take_number(size_t *out, struct span *from, size_t size) {
  if (from->len < size) {
    return 0;
  }

  *out = 0;
  for (size_t i = 0; i < size; i++) {
    *out = *out << 8 | from->bytes[i];
  }
  from->bytes += size;
  from->len -= size;
  return 1;
}

static int take_bytes(struct span *out, struct span *from, size_t len) {
  if (from->len < len) {
    return 0;
  }

  *out = (struct span){from->bytes, len};
  from->bytes += len;
  from->len -= len;
  return 1;
}

/* A vector whose length stands in |size| bytes in front. */
static int take_vector(struct span *out, struct span *from, size_t size) {
  size_t len;

  return take_number(&len, from, size) && take_bytes(out, from, len);
}

static enum reading worse(enum reading a, enum reading b) {
  return a > b ? a : b;
}

/* The length of an element. DOUBTFUL: BER, |out| is not set. */
static enum reading take_length(size_t *out, struct span *from) {
  size_t first;

  if (!take_number(&first, from, 1)) {
    return READING_BROKEN;
  }
  if (first < 0x80) {
    *out = first;
    return READING_GOOD;
  }
  /* 0x80: indefinite. DER says a longer length is never a short one. */
  if (first == 0x80 || first > 0x82) {
    return READING_DOUBTFUL;
  }
  if (!take_number(out, from, first - 0x80)) {
    return READING_BROKEN;
  }

  return *out < (first == 0x81 ? 0x80 : 0x100) ? READING_DOUBTFUL
                                               : READING_GOOD;
}

/* One element with tag |tag|. */
static enum reading take_element(struct span *out, struct span *from,
                                 uint8_t tag) {
  size_t found;
  size_t len = 0;

  if (!take_number(&found, from, 1)) {
    return READING_BROKEN;
  }
  /* X.690 section 8.14 wants the bit; OpenSSL does not ask for that of a SET
   * OF. */
  if (found == (tag ^ CONSTRUCTED)) {
    return READING_DOUBTFUL;
  }
  if (found != tag) {
    return READING_BROKEN;
  }

  enum reading reading = take_length(&len, from);
  if (reading != READING_GOOD) {
    return reading;
  }

  return take_bytes(out, from, len) ? READING_GOOD : READING_BROKEN;
}

/* Subidentifiers of base 128, none with a leading zero, the last one ended. */
static enum reading read_oid(struct span oid) {
  int begins = 1;

  for (size_t i = 0; i < oid.len; i++) {
    if (begins && oid.bytes[i] == 0x80) {
      return READING_DOUBTFUL;
    }
    begins = oid.bytes[i] < 0x80;
  }

  return oid.len > 0 && begins ? READING_GOOD : READING_DOUBTFUL;
}

static int ascii_only(struct span text) {
  for (size_t i = 0; i < text.len; i++) {
    if (text.bytes[i] >= 0x80) {
      return 0;
    }
  }

  return 1;
}

/* The value of an attribute. Beyond ASCII what is allowed differs by type and
 * library: doubtful. */
static enum reading read_value(struct span value) {
  struct span text = {0};

  if (value.len == 0) {
    return READING_BROKEN;
  }

  uint8_t tag = value.bytes[0];
  if (tag != TAG_UTF8 && tag != TAG_PRINTABLE && tag != TAG_IA5) {
    return READING_DOUBTFUL;
  }

  enum reading reading = take_element(&text, &value, tag);
  if (reading != READING_GOOD) {
    return reading;
  }

  return value.len == 0 && ascii_only(text) ? READING_GOOD : READING_DOUBTFUL;
}

/* AttributeTypeAndValue: SEQUENCE of an OBJECT IDENTIFIER and a value. */
static enum reading read_attribute(struct span attribute) {
  struct span oid = {0};
  enum reading reading = take_element(&oid, &attribute, TAG_OID);

  if (reading == READING_GOOD) {
    reading = worse(read_oid(oid), read_value(attribute));
  }

  /* What follows something doubtful was not read. */
  return reading;
}

static enum reading read_rdn(struct span rdn) {
  enum reading reading = rdn.len == 0 ? READING_DOUBTFUL : READING_GOOD;

  while (rdn.len > 0 && reading == READING_GOOD) {
    struct span attribute = {0};

    reading = take_element(&attribute, &rdn, TAG_SEQUENCE);
    if (reading == READING_GOOD) {
      reading = read_attribute(attribute);
    }
  }

  return reading;
}

/* Name: SEQUENCE of SETs, nothing behind it. */
static enum reading read_name(struct span name) {
  struct span rdns = {0};
  enum reading reading = take_element(&rdns, &name, TAG_SEQUENCE);

  if (reading != READING_GOOD) {
    return reading;
  }
  if (name.len > 0) {
    return READING_BROKEN;
  }

  while (rdns.len > 0 && reading == READING_GOOD) {
    struct span rdn = {0};

    reading = take_element(&rdn, &rdns, TAG_SET);
    if (reading == READING_GOOD) {
      reading = read_rdn(rdn);
    }
  }

  return reading;
}

enum reading reading_ca_list(struct span list, size_t *out_num) {
  enum reading reading = READING_GOOD;
  struct span name;

  *out_num = 0;
  while (list.len > 0) {
    if (!take_vector(&name, &list, 2)) {
      return READING_BROKEN;
    }

    (*out_num)++;
    reading = worse(reading, read_name(name));
  }

  return reading;
}

int reading_next(struct span *out, struct span *list) {
  return take_vector(out, list, 2);
}

static struct request_reading broken(void) {
  return (struct request_reading){.reading = READING_BROKEN};
}

static int knows_algorithms(const struct protocol *protocol) {
  return !protocol_before_tls12(protocol);
}

/* RFC 5246 section 7.4.4. */
static struct request_reading read_to_tls12(const struct protocol *protocol,
                                            struct span body) {
  struct request_reading out = {.reading = READING_GOOD};
  struct span types;
  struct span algorithms = {0};

  if (!take_vector(&types, &body, 1) ||
      (knows_algorithms(protocol) && !take_vector(&algorithms, &body, 2)) ||
      !take_vector(&out.ca_list, &body, 2) || body.len > 0 ||
      algorithms.len % 2 != 0) {
    return broken();
  }

  out.reading = reading_ca_list(out.ca_list, &out.num_names);
  /* certificate_types<1..255>, supported_signature_algorithms<2..> */
  if (types.len == 0 || (knows_algorithms(protocol) && algorithms.len == 0)) {
    out.reading = worse(out.reading, READING_DOUBTFUL);
  }
  return out;
}

static enum reading read_extension(struct request_reading *out, size_t type,
                                   struct span data, int *seen_algorithms) {
  struct span algorithms;

  switch (type) {
    case EXTENSION_CERTIFICATE_AUTHORITIES:
      /* Twice the same extension: RFC 8446 section 4.2. */
      if (out->ca_list.bytes != NULL || !take_vector(&out->ca_list, &data, 2) ||
          data.len > 0) {
        return READING_BROKEN;
      }
      return worse(reading_ca_list(out->ca_list, &out->num_names),
                   out->num_names == 0 ? READING_DOUBTFUL : READING_GOOD);
    case EXTENSION_SIGNATURE_ALGORITHMS:
      if (*seen_algorithms || !take_vector(&algorithms, &data, 2) ||
          data.len > 0 || algorithms.len % 2 != 0) {
        return READING_BROKEN;
      }
      *seen_algorithms = 1;
      return algorithms.len == 0 ? READING_DOUBTFUL : READING_GOOD;
    default:
      return READING_DOUBTFUL;
  }
}

/* RFC 8446 section 4.3.2. */
static struct request_reading read_tls13(struct span body) {
  struct request_reading out = {.reading = READING_GOOD};
  struct span context;
  struct span extensions;
  int seen_algorithms = 0;

  if (!take_vector(&context, &body, 1) || !take_vector(&extensions, &body, 2) ||
      body.len > 0) {
    return broken();
  }
  /* In the handshake it shall be of zero length. */
  if (context.len > 0) {
    out.reading = READING_DOUBTFUL;
  }

  while (extensions.len > 0) {
    struct span data;
    size_t type;

    if (!take_number(&type, &extensions, 2) ||
        !take_vector(&data, &extensions, 2)) {
      return broken();
    }
    out.reading =
        worse(out.reading, read_extension(&out, type, data, &seen_algorithms));
  }

  return seen_algorithms ? out : broken();
}

struct request_reading reading_request(const struct protocol *protocol,
                                       struct span body) {
  return strcmp(protocol->name, "TLSv1.3") == 0 ? read_tls13(body)
                                                : read_to_tls12(protocol, body);
}
