#include "subject_lack.h"

#include <stddef.h>

static const char *first_lacking;

void subject_lacks(const char *function) {
  if (first_lacking == NULL) {
    first_lacking = function;
  }
}

void subject_lack_forget(void) {
  first_lacking = NULL;
}

const char *subject_lack(void) {
  return first_lacking;
}
