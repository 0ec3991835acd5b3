/* error: one error, with the place it was found at and its cause. */
#ifndef CERTSPEC_ERROR_H
#define CERTSPEC_ERROR_H

#include <stddef.h>

struct certspec_error {
  char text[1024];
};

/* certspec_error_set writes "file:line: cause" into |error|. |file| may be
 * NULL (then only the cause), |line| 0 (then no line). The cause is one line,
 * cut to what fits. Returns 0 always, so that a caller can return it. */
int certspec_error_set(struct certspec_error *error, const char *file,
                       size_t line, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

#endif
