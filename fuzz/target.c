#include "target.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MAX_PATH = 4096 };

struct pki *target_load_pki(void) {
  static const char beside[] = "/pki";
  char path[MAX_PATH + sizeof(beside)];
  ssize_t len = readlink("/proc/self/exe", path, MAX_PATH);
  struct certspec_error error;

  while (len > 0 && path[len - 1] != '/') {
    len--;
  }
  memcpy(path + (len > 0 ? len - 1 : 0), beside, sizeof(beside));

  struct pki *pki = pki_load(
      access(path, R_OK) == 0 ? path : CERTSPEC_SOURCE_DIR "/vectors/pki",
      &error);
  contract(pki != NULL, "%s", error.text);
  return pki;
}

void contract_broken(const char *file, int line, const char *format, ...) {
  const char *name = strrchr(file, '/');
  va_list arguments;

  fprintf(stderr, "%s:%d: contract broken: ", name == NULL ? file : name + 1,
          line);
  va_start(arguments, format);
  vfprintf(stderr, format, arguments);
  va_end(arguments);
  fputc('\n', stderr);
  abort();
}
