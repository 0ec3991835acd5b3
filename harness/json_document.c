#include "json_document.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { DOCUMENT_MAX_MIB = 64 };

/* Where a walk over the text of a document stands. The text has been parsed
 * before, so that it can be walked by its brackets and strings alone. */
struct cursor {
  const char *text;
  size_t len;
  size_t at;
};

static char peek(const struct cursor *cursor) {
  if (cursor->at >= cursor->len) {
    return '\0';
  }

  return cursor->text[cursor->at];
}

static int is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static void skip_blanks(struct cursor *cursor) {
  while (is_blank(peek(cursor))) {
    cursor->at++;
  }
}

static void skip_string(struct cursor *cursor) {
  cursor->at++;
  while (cursor->at < cursor->len && peek(cursor) != '"') {
    cursor->at += peek(cursor) == '\\' ? 2 : 1;
  }
  cursor->at++;
}

static void skip_value(struct cursor *cursor) {
  size_t depth = 0;
  while (cursor->at < cursor->len) {
    const char c = peek(cursor);
    if (depth == 0 && (c == ',' || c == ']' || c == '}' || is_blank(c))) {
      return;
    }

    if (c == '"') {
      skip_string(cursor);
      continue;
    }

    if (c == '{' || c == '[') {
      depth++;
    } else if (c == '}' || c == ']') {
      depth--;
    }
    cursor->at++;
  }
}

/* Whether the string of |len| bytes at |quoted|, with its quotes, says |key|.
 */
static int string_is(const char *quoted, size_t len, const char *key) {
  if (memchr(quoted, '\\', len) == NULL) {
    return strlen(key) == len - 2 && memcmp(quoted + 1, key, len - 2) == 0;
  }

  json_t *decoded = json_loadb(quoted, len, JSON_DECODE_ANY, NULL);
  const char *text = json_string_value(decoded);
  const int same = text != NULL && strcmp(text, key) == 0;
  json_decref(decoded);
  return same;
}

/* Moves from an object to the value of |key|. */
static int enter_key(struct cursor *cursor, const char *key) {
  cursor->at++;
  for (skip_blanks(cursor); peek(cursor) == '"'; skip_blanks(cursor)) {
    const size_t start = cursor->at;
    skip_string(cursor);
    const size_t len = cursor->at - start;
    skip_blanks(cursor);
    cursor->at++; /* the colon */
    skip_blanks(cursor);
    if (string_is(cursor->text + start, len, key)) {
      return 1;
    }

    skip_value(cursor);
    skip_blanks(cursor);
    if (peek(cursor) == ',') {
      cursor->at++;
    }
  }

  return 0;
}

/* Moves from an array to its first element, where it has one. */
static int enter_first(struct cursor *cursor) {
  cursor->at++;
  skip_blanks(cursor);
  return cursor->at < cursor->len && peek(cursor) != ']';
}

/* Moves from an element of an array to the next one. */
static int enter_next(struct cursor *cursor) {
  skip_value(cursor);
  skip_blanks(cursor);
  if (peek(cursor) != ',') {
    return 0;
  }

  cursor->at++;
  skip_blanks(cursor);
  return 1;
}

/* Moves from an array to its element |index|. */
static int enter_index(struct cursor *cursor, unsigned long index) {
  int is_there = enter_first(cursor);
  for (; is_there && index > 0; index--) {
    is_there = enter_next(cursor);
  }

  return is_there;
}

static int enter(struct cursor *cursor, const char *step) {
  if (peek(cursor) == '{') {
    return enter_key(cursor, step);
  }

  if (peek(cursor) != '[' || step[0] != '#') {
    return 0;
  }

  char *end = NULL;
  const unsigned long index = strtoul(step + 1, &end, 10);
  return end != step + 1 && *end == '\0' && enter_index(cursor, index);
}

/* The number of lines that end between |from| and |to|. */
static size_t count_lines(const char *from, const char *to) {
  size_t num = 0;
  while ((from = memchr(from, '\n', (size_t)(to - from))) != NULL) {
    num++;
    from++;
  }

  return num;
}

/* Follows |path| as far as it leads. Returns whether that is to its end. */
static int follow(struct cursor *cursor, const char *const *path) {
  skip_blanks(cursor);
  for (; *path != NULL; path++) {
    const size_t before = cursor->at;
    if (!enter(cursor, *path)) {
      cursor->at = before;
      return 0;
    }
  }

  return 1;
}

size_t json_document_line(const struct json_document *document,
                          const char *const *path) {
  struct cursor cursor = {.text = document->text, .len = document->text_len};
  follow(&cursor, path);
  return 1 + count_lines(document->text, document->text + cursor.at);
}

size_t json_document_lines(const struct json_document *document,
                           const char *const *path, size_t *out_lines,
                           size_t num) {
  struct cursor cursor = {.text = document->text, .len = document->text_len};
  if (!follow(&cursor, path) || peek(&cursor) != '[') {
    return 0;
  }

  size_t done = 0;
  size_t line = 1;
  size_t counted = 0;
  int is_there = enter_first(&cursor);
  for (; is_there && done < num; is_there = enter_next(&cursor)) {
    line += count_lines(cursor.text + counted, cursor.text + cursor.at);
    counted = cursor.at;
    out_lines[done++] = line;
  }

  return done;
}

/* Says in plain words what jansson found. */
static int fail_to_parse(const struct json_document *document,
                         const json_error_t *found,
                         struct certspec_error *error) {
  const size_t line = found->line > 0 ? (size_t)found->line : 0;
  switch (json_error_code(found)) {
    case json_error_premature_end_of_input:
      return certspec_error_set(error, document->path, line,
                                "the file ends too early: %s", found->text);
    case json_error_invalid_utf8:
      return certspec_error_set(error, document->path, line, "is not UTF-8: %s",
                                found->text);
    case json_error_duplicate_key:
      return certspec_error_set(error, document->path, line,
                                "the same key twice in one object: %s",
                                found->text);
    case json_error_end_of_input_expected:
      return certspec_error_set(error, document->path, line,
                                "something follows the end of the JSON: %s",
                                found->text);
    case json_error_stack_overflow:
      return certspec_error_set(error, document->path, line,
                                "nested too deeply");
    default:
      return certspec_error_set(error, document->path, line, "not JSON: %s",
                                found->text);
  }
}

static int parse(struct json_document *document, struct certspec_error *error) {
  struct cursor cursor = {.text = document->text, .len = document->text_len};
  skip_blanks(&cursor);
  if (cursor.at == cursor.len) {
    return certspec_error_set(error, document->path, 0, "the file is empty");
  }

  if (strncmp(document->text, "\xef\xbb\xbf", 3) == 0) {
    return certspec_error_set(error, document->path, 1,
                              "begins with a byte order mark");
  }

  const char *nul = memchr(document->text, '\0', document->text_len);
  if (nul != NULL) {
    return certspec_error_set(error, document->path,
                              1 + count_lines(document->text, nul),
                              "holds a NUL byte");
  }

  json_error_t found;
  document->root = json_loadb(document->text, document->text_len,
                              JSON_REJECT_DUPLICATES, &found);
  if (document->root == NULL) {
    return fail_to_parse(document, &found, error);
  }

  return 1;
}

/* Reads |size| bytes of |path|, or fewer where the file has become shorter.
 * Returns them with a NUL behind, or NULL with |error|. */
static char *read_text(const char *path, int fd, size_t size, size_t *out_len,
                       struct certspec_error *error) {
  char *text = malloc(size + 1);
  if (text == NULL) {
    certspec_error_set(error, path, 0, "out of memory");
    return NULL;
  }

  size_t len = 0;
  ssize_t got = 1;
  while (len < size && got != 0) {
    got = read(fd, text + len, size - len);
    if (got < 0 && errno != EINTR) {
      certspec_error_set(error, path, 0, "cannot be read: %s", strerror(errno));
      free(text);
      return NULL;
    }
    len += got > 0 ? (size_t)got : 0;
  }

  text[len] = '\0';
  *out_len = len;
  return text;
}

static char *read_file(const char *path, int fd, size_t *out_len,
                       struct certspec_error *error) {
  struct stat about;
  if (fstat(fd, &about) != 0) {
    certspec_error_set(error, path, 0, "cannot be read: %s", strerror(errno));
    return NULL;
  }

  if (!S_ISREG(about.st_mode)) {
    certspec_error_set(error, path, 0, "is no regular file");
    return NULL;
  }

  if (about.st_size > (off_t)DOCUMENT_MAX_MIB * 1024 * 1024) {
    certspec_error_set(error, path, 0, "is larger than %d MiB",
                       DOCUMENT_MAX_MIB);
    return NULL;
  }

  return read_text(path, fd, (size_t)about.st_size, out_len, error);
}

int json_document_load(struct json_document *out, const char *path,
                       struct certspec_error *error) {
  *out = (struct json_document){.path = strdup(path)};
  if (out->path == NULL) {
    return certspec_error_set(error, path, 0, "out of memory");
  }

  /* O_NONBLOCK: opening a FIFO must not wait for a writer. */
  const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) {
    certspec_error_set(error, path, 0, "cannot be read: %s", strerror(errno));
    json_document_free(out);
    return 0;
  }

  out->text = read_file(path, fd, &out->text_len, error);
  const int ok = out->text != NULL && parse(out, error);
  close(fd);
  if (!ok) {
    json_document_free(out);
  }

  return ok;
}

void json_document_free(struct json_document *document) {
  free(document->path);
  free(document->text);
  json_decref(document->root);
  *document = (struct json_document){0};
}
