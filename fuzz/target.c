#include "target.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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
