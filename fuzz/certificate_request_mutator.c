/* What libFuzzer does to the input of certificate_request: one of its vectors,
 * or extensions, changes, and the lengths around it follow. */
#include <string.h>

#include "target.h"

enum { MAX_PARTS = 32, MAX_PART = 4096, TLS13 = 3, NUM_PROTOCOLS = 4 };

/* A vector; an extension's has its type in front. */
struct part {
  uint8_t type[2];
  size_t type_size;
  size_t length_size;
  uint8_t bytes[MAX_PART];
  size_t len;
};

struct request {
  struct part parts[MAX_PARTS];
  size_t num;
};

struct rest {
  const uint8_t *bytes;
  size_t len;
};

static unsigned choose(unsigned *seed, size_t num) {
  *seed = *seed * 1103515245U + 12345U;
  return (unsigned)((*seed >> 16) % num);
}

static size_t number(const uint8_t *bytes, size_t size) {
  return size == 1 ? bytes[0] : (size_t)bytes[0] << 8 | bytes[1];
}

static int take(struct request *request, struct rest *rest, size_t type_size,
                size_t length_size) {
  size_t head = type_size + length_size;
  struct part *part = &request->parts[request->num];

  if (request->num == MAX_PARTS || rest->len < head) {
    return 0;
  }

  *part = (struct part){.type_size = type_size, .length_size = length_size};
  memcpy(part->type, rest->bytes, type_size);
  part->len = number(rest->bytes + type_size, length_size);
  if (part->len > MAX_PART || part->len > rest->len - head) {
    return 0;
  }

  memcpy(part->bytes, rest->bytes + head, part->len);
  rest->bytes += head + part->len;
  rest->len -= head + part->len;
  request->num++;
  return 1;
}

/* 1, or 0 when its lengths do not fit. */
static int read_request(struct request *out, unsigned protocol,
                        struct rest rest) {
  out->num = 0;
  if (!take(out, &rest, 0, 1)) {
    return 0;
  }
  if (protocol != TLS13) {
    return (protocol < 2 || take(out, &rest, 0, 2)) && take(out, &rest, 0, 2) &&
           rest.len == 0;
  }

  if (rest.len < 2 || number(rest.bytes, 2) != rest.len - 2) {
    return 0;
  }
  rest = (struct rest){rest.bytes + 2, rest.len - 2};
  while (rest.len > 0) {
    if (!take(out, &rest, 2, 2)) {
      return 0;
    }
  }
  return 1;
}

static size_t write_number(uint8_t *out, size_t value, size_t size) {
  if (size == 2) {
    *out++ = (uint8_t)(value >> 8);
  }
  *out = (uint8_t)value;
  return size;
}

static size_t write_part(uint8_t *out, const struct part *part) {
  size_t size = part->type_size;

  memcpy(out, part->type, part->type_size);
  size += write_number(out + size, part->len, part->length_size);
  memcpy(out + size, part->bytes, part->len);
  return size + part->len;
}

/* 0 when it does not fit. */
static size_t write_request(uint8_t *out, size_t max_size, unsigned protocol,
                            const struct request *request) {
  size_t needed = 2;
  size_t size;

  for (size_t i = 0; i < request->num; i++) {
    needed += 4 + request->parts[i].len;
  }
  if (needed > max_size) {
    return 0;
  }

  size = write_part(out, &request->parts[0]);
  size_t extensions = size;
  size += protocol == TLS13 ? 2 : 0;
  for (size_t i = 1; i < request->num; i++) {
    size += write_part(out + size, &request->parts[i]);
  }
  if (protocol == TLS13) {
    write_number(out + extensions, size - extensions - 2, 2);
  }
  return size;
}

/* An extension's content often is a list with a length of its own. */
static void fix_inner_length(struct part *part) {
  if (part->type_size > 0 && part->len >= 2) {
    write_number(part->bytes, part->len - 2, 2);
  }
}

static void change(struct request *request, unsigned *seed) {
  static const uint8_t types[] = {47, 13, 50, 48, 5, 18, 51, 0};
  struct part *part = &request->parts[choose(seed, request->num)];
  size_t max_len = part->length_size == 1 ? 0xff : MAX_PART;

  if (part->type_size > 0 && choose(seed, 4) == 0) {
    part->type[0] = 0;
    part->type[1] = types[choose(seed, sizeof(types))];
    return;
  }
  if (part->type_size > 0 && request->num < MAX_PARTS && choose(seed, 8) == 0) {
    request->parts[request->num++] = *part;
    return;
  }

  part->len = LLVMFuzzerMutate(part->bytes, part->len, max_len);
  if (choose(seed, 2) == 0) {
    fix_inner_length(part);
  }
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size,
                               unsigned int seed) {
  static struct request request;

  /* Now and then the bytes as such: lengths that lie, the first byte. */
  if (size == 0 || max_size < 2 || choose(&seed, 4) == 0 ||
      !read_request(&request, data[0] % NUM_PROTOCOLS,
                    (struct rest){data + 1, size - 1})) {
    return LLVMFuzzerMutate(data, size, max_size);
  }

  change(&request, &seed);
  size_t written =
      write_request(data + 1, max_size - 1, data[0] % NUM_PROTOCOLS, &request);
  return written == 0 ? size : 1 + written;
}
