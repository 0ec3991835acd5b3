#include "error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* A message is read as one line in a terminal and in a log file. */
static void keep_on_one_line(char *text) {
  for (; *text != '\0'; text++) {
    if ((unsigned char)*text < 0x20 || *text == 0x7f) {
      *text = ' ';
    }
  }
}

/* Leaves no half of a UTF-8 sequence at the end of a |text| that was cut. */
static void end_on_a_character(char *text) {
  size_t len = strlen(text);
  size_t start = len;
  while (start > 0 && ((unsigned char)text[start - 1] & 0xc0) == 0x80) {
    start--;
  }

  if (start == 0 || (unsigned char)text[start - 1] < 0xc0) {
    return;
  }

  const unsigned char lead = (unsigned char)text[start - 1];
  const size_t want = lead >= 0xf0 ? 3 : lead >= 0xe0 ? 2 : 1;
  if (len - start < want) {
    text[start - 1] = '\0';
  }
}

int certspec_error_set(struct certspec_error *error, const char *file,
                       size_t line, const char *format, ...) {
  /* Not written in place: an argument may be error->text itself. */
  char text[sizeof(error->text)] = "";
  int used = 0;
  if (file != NULL && line > 0) {
    used = snprintf(text, sizeof(text), "%s:%zu: ", file, line);
  } else if (file != NULL) {
    used = snprintf(text, sizeof(text), "%s: ", file);
  }

  int cut = used < 0 || (size_t)used >= sizeof(text);
  if (!cut) {
    const size_t room = sizeof(text) - (size_t)used;
    va_list arguments;
    va_start(arguments, format);
    const int added = vsnprintf(text + used, room, format, arguments);
    va_end(arguments);
    cut = added < 0 || (size_t)added >= room;
  }

  if (cut) {
    end_on_a_character(text);
  }

  keep_on_one_line(text);
  memcpy(error->text, text, sizeof(text));
  return 0;
}
