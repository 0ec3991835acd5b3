/* What libFuzzer does to the input of ca_list: whole names are copied, dropped,
 * exchanged, made anew; or one name's inside changes and its lengths follow, so
 * that the parser of names is reached, not only that of lengths. */
#include <string.h>

#include "target.h"

enum { MAX_NAMES = 64, MAX_NAME = 1024, MAX_COPY = 1 << 16 };

struct name {
  uint8_t bytes[MAX_NAME];
  size_t len;
};

struct list {
  struct name names[MAX_NAMES];
  size_t num;
};

static unsigned choose(unsigned *seed, size_t num) {
  *seed = *seed * 1103515245U + 12345U;
  return (unsigned)((*seed >> 16) % num);
}

/* 1, or 0 when its lengths do not fit: then there are no names to speak of. */
static int read_list(struct list *out, const uint8_t *data, size_t size) {
  out->num = 0;
  while (size > 0) {
    size_t len = size < 2 ? MAX_NAME + 1 : (size_t)data[0] << 8 | data[1];

    if (len > MAX_NAME || len > size - 2 || out->num == MAX_NAMES) {
      return 0;
    }
    out->names[out->num].len = len;
    memcpy(out->names[out->num++].bytes, data + 2, len);
    data += 2 + len;
    size -= 2 + len;
  }

  return 1;
}

static size_t write_list(uint8_t *out, size_t max_size,
                         const struct list *list) {
  size_t size = 0;

  for (size_t i = 0; i < list->num; i++) {
    const struct name *name = &list->names[i];

    if (size + 2 + name->len > max_size) {
      break;
    }
    out[size++] = (uint8_t)(name->len >> 8);
    out[size++] = (uint8_t)name->len;
    memcpy(out + size, name->bytes, name->len);
    size += name->len;
  }

  return size;
}

/* A name of one attribute: any type below 2.5.4, any string type. */
static void make_name(struct name *out, unsigned *seed) {
  static const uint8_t tags[] = {0x0c, 0x13, 0x16, 0x14, 0x1e,
                                 0x1c, 0x12, 0x1a, 0x03, 0x04};
  uint8_t text_len = (uint8_t)choose(seed, 40);
  uint8_t head[] = {0x30, (uint8_t)(text_len + 11),
                    0x31, (uint8_t)(text_len + 9),
                    0x30, (uint8_t)(text_len + 7),
                    0x06, 3,
                    0x55, 4,
                    0,    0,
                    0};

  head[10] = (uint8_t)(3 + choose(seed, 48));
  head[11] = tags[choose(seed, sizeof(tags))];
  head[12] = text_len;
  memcpy(out->bytes, head, sizeof(head));
  for (size_t i = 0; i < text_len; i++) {
    out->bytes[sizeof(head) + i] = (uint8_t)('a' + choose(seed, 26));
  }
  out->len = sizeof(head) + text_len;
}

/* Changes the bytes, then makes the outer length fit again. */
static void change_name(struct name *name, unsigned *seed) {
  name->len = LLVMFuzzerMutate(name->bytes, name->len, MAX_NAME);
  if (name->len >= 2 && name->len < 0x82 && choose(seed, 4) != 0) {
    name->bytes[1] = (uint8_t)(name->len - 2);
  }
}

static void copy_name(struct list *list, unsigned *seed) {
  if (list->num > 0 && list->num < MAX_NAMES) {
    list->names[list->num] = list->names[choose(seed, list->num)];
    list->num++;
  }
}

static void change(struct list *list, unsigned *seed) {
  struct name other;
  unsigned action = choose(seed, 6);

  if (list->num == 0 || (action == 0 && list->num < MAX_NAMES)) {
    make_name(&list->names[list->num++], seed);
    return;
  }

  struct name *name = &list->names[choose(seed, list->num)];
  switch (action) {
    case 1:
      copy_name(list, seed);
      return;
    case 2:
      *name = list->names[--list->num];
      return;
    case 3:
      other = list->names[0];
      list->names[0] = *name;
      *name = other;
      return;
    default:
      change_name(name, seed);
      return;
  }
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size,
                               unsigned int seed) {
  static struct list list;

  /* Now and then the bytes as such: lengths that lie, the first byte. */
  if (size == 0 || max_size < 2 || choose(&seed, 4) == 0 ||
      !read_list(&list, data + 1, size - 1)) {
    return LLVMFuzzerMutate(data, size, max_size);
  }

  if (choose(&seed, 4) == 0) {
    data[0] = (uint8_t)choose(&seed, 32);
  }
  change(&list, &seed);
  return 1 + write_list(data + 1, max_size - 1, &list);
}
