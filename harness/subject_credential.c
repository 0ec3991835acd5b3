#include "subject_credential.h"

#include <dlfcn.h>
#include <openssl/err.h>
#include <string.h>

enum { MAX_NAMES = 8 };

static const struct {
  const char *name;
  int number;
} COMPRESSIONS[] = {{"zlib", 1}, {"brotli", 2}, {"zstd", 3}},
  TYPES[] = {{"X509", 0}, {"RawPublicKey", 2}};

#define NUM(table) (sizeof(table) / sizeof((table)[0]))

int subject_compression(const char *name) {
  for (size_t i = 0; i < NUM(COMPRESSIONS); i++) {
    if (strcmp(COMPRESSIONS[i].name, name) == 0) {
      return COMPRESSIONS[i].number;
    }
  }

  return -1;
}

int subject_certificate_type(const char *name) {
  for (size_t i = 0; i < NUM(TYPES); i++) {
    if (strcmp(TYPES[i].name, name) == 0) {
      return TYPES[i].number;
    }
  }

  return -1;
}

int subject_set_certificate_compression(SSL_CTX *ctx, const json_t *names) {
  void *symbol = dlsym(RTLD_DEFAULT, "SSL_CTX_set1_cert_comp_preference");
  int (*set_preference)(SSL_CTX *, int *, size_t);
  int algorithms[MAX_NAMES];
  size_t num = json_array_size(names);
  if (symbol == NULL || num > MAX_NAMES) {
    return 0;
  }

  for (size_t i = 0; i < num; i++) {
    algorithms[i] =
        subject_compression(json_string_value(json_array_get(names, i)));
  }
  memcpy(&set_preference, &symbol, sizeof(symbol));
  return set_preference(ctx, algorithms, num) == 1;
}

int subject_set_client_certificate_types(SSL_CTX *ctx, const json_t *names) {
  void *symbol = dlsym(RTLD_DEFAULT, "SSL_CTX_set1_client_cert_type");
  int (*set_types)(SSL_CTX *, const unsigned char *, size_t);
  unsigned char types[MAX_NAMES];
  size_t num = json_array_size(names);
  if (symbol == NULL || num > MAX_NAMES) {
    return 0;
  }

  for (size_t i = 0; i < num; i++) {
    types[i] = (unsigned char)subject_certificate_type(
        json_string_value(json_array_get(names, i)));
  }
  memcpy(&set_types, &symbol, sizeof(symbol));
  return set_types(ctx, types, num) == 1;
}
