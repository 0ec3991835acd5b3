#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "subject.h"

#define MAX_VERSION_PARTS 3

/* One version, comparable. */
struct version {
  unsigned long parts[MAX_VERSION_PARTS];
  unsigned long letters; /* of 1.1.1w: 23; 0 without */
  int released;          /* 0: -dev, -alpha1, -beta1 */
};

/* version_parse reads "3.0", "1.1.1w", "3.5.0-dev". 1, or 0 if malformed. */
static int version_parse(struct version *out, const char *text) {
  *out = (struct version){.released = 1};
  size_t num = 0;
  while (isdigit((unsigned char)*text) && num < MAX_VERSION_PARTS) {
    char *end;
    out->parts[num++] = strtoul(text, &end, 10);
    text = end;
    if (*text != '.' || !isdigit((unsigned char)text[1])) {
      break;
    }
    text++;
  }
  if (num == 0) {
    return 0;
  }

  /* After "z" came "za": letters count on. */
  while (*text >= 'a' && *text <= 'z') {
    out->letters += (unsigned long)(*text++ - 'a') + 1;
  }

  out->released = *text != '-';
  if (*text == '+') {
    return 1; /* build metadata */
  }

  return *text == '\0' || *text == '-';
}

static int compare_numbers(unsigned long a, unsigned long b) {
  return (a > b) - (a < b);
}

static int version_compare(const struct version *a, const struct version *b) {
  for (size_t i = 0; i < MAX_VERSION_PARTS; i++) {
    int order = compare_numbers(a->parts[i], b->parts[i]);
    if (order != 0) {
      return order;
    }
  }

  if (a->letters != b->letters) {
    return compare_numbers(a->letters, b->letters);
  }

  return a->released - b->released;
}

/* Whether |version| satisfies ">=3.0.0"; -1 when it is malformed. */
static int version_in_range(const struct version *version, const char *range) {
  size_t operator_len = strspn(range, "<>=");
  struct version bound;
  if (!version_parse(&bound, range + operator_len)) {
    return -1;
  }

  int order = version_compare(version, &bound);
  if (operator_len == 1) {
    return *range == '<' ? order < 0 : *range == '>' ? order > 0 : order == 0;
  }

  if (strncmp(range, "<=", 2) == 0 && operator_len == 2) {
    return order <= 0;
  }

  if (strncmp(range, ">=", 2) == 0 && operator_len == 2) {
    return order >= 0;
  }

  return -1;
}

int subject_version_line(char *out, size_t out_size, const char *text) {
  struct version version;
  if (!version_parse(&version, text)) {
    return 0;
  }

  /* Up to 1.1.1 a line was three numbers and a letter counted on in it. */
  if (version.parts[0] < 3) {
    snprintf(out, out_size, "%lu.%lu.%lu", version.parts[0], version.parts[1],
             version.parts[2]);
  } else {
    snprintf(out, out_size, "%lu.%lu", version.parts[0], version.parts[1]);
  }
  return 1;
}

int subject_version_satisfies(const char *text, const json_t *ranges) {
  struct version version;
  if (!json_is_array(ranges) || !version_parse(&version, text)) {
    return -1;
  }

  int all = 1;
  size_t i;
  const json_t *range;
  json_array_foreach(ranges, i, range) {
    int in = json_is_string(range)
                 ? version_in_range(&version, json_string_value(range))
                 : -1;
    if (in < 0) {
      return -1;
    }

    all = all && in;
  }
  return all;
}

int subject_version_in(const json_t *ranges) {
  return subject_version_satisfies(subject_version(), ranges);
}
