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

static long look_into_certificate(void) {
  uint8_t before[MAX_OBJECT];
  X509 *object = X509_new();
  size_t len = object_len(object);
  long place;

  if (len == 0) {
    return UNKNOWN;
  }

  memcpy(before, object, len);
  for (int i = 0; i < MORE; i++) {
    X509_up_ref(object);
  }
  place = find_place(before, object, len);
  for (int i = 0; i < 1 + MORE; i++) {
    X509_free(object);
  }
  return place;
}

static long look_into_key(void) {
  uint8_t before[MAX_OBJECT];
  EVP_PKEY *object = EVP_PKEY_new();
  size_t len = object_len(object);
  long place;

  if (len == 0) {
    return UNKNOWN;
  }

  memcpy(before, object, len);
  for (int i = 0; i < MORE; i++) {
    EVP_PKEY_up_ref(object);
  }
  place = find_place(before, object, len);
  for (int i = 0; i < 1 + MORE; i++) {
    EVP_PKEY_free(object);
  }
  return place;
}

bool references_start(void) {
  /* WARNING: forks have allocators of their own. What malloc_usable_size says
   * of a block that malloc has not returned is nothing. */
  if (subject_is_fork()) {
    return false;
  }

  place_in_certificate = look_into_certificate();
  place_in_key = look_into_key();
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
