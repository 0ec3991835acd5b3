#include "bench_process.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

double bench_process_kib(pid_t pid) {
  char path[64];
  unsigned long resident;
  unsigned long shared;

  snprintf(path, sizeof(path), "/proc/%d/statm", (int)pid);
  FILE *file = fopen(path, "re");
  if (file == NULL) {
    return NAN;
  }

  /* "size resident shared …", in pages. */
  char line[256] = "";
  char *rest = fgets(line, sizeof(line), file);
  fclose(file);
  if (rest == NULL) {
    return NAN;
  }

  (void)strtoul(rest, &rest, 10);
  resident = strtoul(rest, &rest, 10);
  shared = strtoul(rest, &rest, 10);
  return (double)(resident - shared) * (double)sysconf(_SC_PAGESIZE) / 1024;
}
