#include "references.h"

#include <malloc.h>
#include <stdint.h>
#include <string.h>

#include "subject.h"
#include "target.h"

enum { MORE = 3, UNKNOWN = -1, MAX_OBJECT = 4096 };

static long place_in_certificate = UNKNOWN;
static long place_in_key = UNKNOWN;

static int count_at(const void *object, long place) {
  int count;

  memcpy(&count, (const uint8_t *)object + place, sizeof(count));
  return count;
}

/* The one number that was 1 in |before| and is 1 + MORE in |object|. */
static long find_place(const uint8_t *before, const void *object, size_t len) {
  long found = UNKNOWN;

  for (size_t at = 0; at + sizeof(int) <= len; at += sizeof(int)) {
    if (count_at(before, (long)at) != 1 ||
        count_at(object, (long)at) != 1 + MORE) {
      continue;
    }
    if (found != UNKNOWN) {
      return UNKNOWN;
    }
    found = (long)at;
  }

  return found;
}

/* How much of |object| may be looked at. */
static size_t object_len(void *object) {
  size_t len = object == NULL ? 0 : malloc_usable_size(object);

  return len < MAX_OBJECT ? len : MAX_OBJECT;
}

/* One kind of object that is counted. */
struct kind {
  void *(*make)(void);
  void (*take)(void *object); /* a reference more */
  void (*give_back)(void *object);
};

static void *make_certificate(void) {
  return X509_new();
}

static void take_certificate(void *object) {
  X509_up_ref(object);
}

static void give_back_certificate(void *object) {
  X509_free(object);
}

static void *make_key(void) {
  return EVP_PKEY_new();
}

static void take_key(void *object) {
  EVP_PKEY_up_ref(object);
}

static void give_back_key(void *object) {
  EVP_PKEY_free(object);
}

static long look_into(const struct kind *kind) {
  uint8_t before[MAX_OBJECT];
  void *object = kind->make();
  size_t len = object_len(object);
  long place;

  if (len == 0) {
    return UNKNOWN;
  }

  memcpy(before, object, len);
  for (int i = 0; i < MORE; i++) {
    kind->take(object);
  }
  place = find_place(before, object, len);
  for (int i = 0; i < 1 + MORE; i++) {
    kind->give_back(object);
  }
  return place;
}

bool references_start(void) {
  static const struct kind certificates = {make_certificate, take_certificate,
                                           give_back_certificate};
  static const struct kind keys = {make_key, take_key, give_back_key};

  /* WARNING: forks have allocators of their own. What malloc_usable_size says
   * of a block that malloc has not returned is nothing. */
  if (subject_is_fork()) {
    return false;
  }

  place_in_certificate = look_into(&certificates);
  place_in_key = look_into(&keys);
  return place_in_certificate != UNKNOWN && place_in_key != UNKNOWN;
}

int references_of_certificate(const X509 *certificate) {
  contract(place_in_certificate != UNKNOWN, "references can be counted");
  return count_at(certificate, place_in_certificate);
}

int references_of_key(const EVP_PKEY *key) {
  contract(place_in_key != UNKNOWN, "references can be counted");
  return count_at(key, place_in_key);
}
