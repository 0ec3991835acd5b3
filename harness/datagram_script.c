#include "datagram_script.h"

#include <string.h>

enum { MAX_NUMBER = 65536 };

enum key_kind { KEY_INDICES, KEY_PAIRS, KEY_NUMBER };

static const struct {
  const char *name;
  enum key_kind kind;
} KEYS[] = {
    {"drop_sent", KEY_INDICES},
    {"drop_received", KEY_INDICES},
    {"duplicate_sent", KEY_INDICES},
    {"duplicate_received", KEY_INDICES},
    {"swap_sent", KEY_PAIRS},
    {"swap_received", KEY_PAIRS},
    {"mtu", KEY_NUMBER},
    {"timeout", KEY_NUMBER},
};

enum { NUM_KEYS = sizeof(KEYS) / sizeof(KEYS[0]) };

static int is_index(const json_t *value) {
  return json_is_integer(value) && json_integer_value(value) >= 0;
}

static int is_pair(const json_t *value) {
  return json_array_size(value) == 2 && is_index(json_array_get(value, 0)) &&
         is_index(json_array_get(value, 1)) &&
         json_integer_value(json_array_get(value, 0)) <
             json_integer_value(json_array_get(value, 1));
}

static int is_right(enum key_kind kind, const json_t *value) {
  size_t i;
  const json_t *entry;
  if (kind == KEY_NUMBER) {
    return json_is_integer(value) && json_integer_value(value) > 0 &&
           json_integer_value(value) < MAX_NUMBER;
  }

  json_array_foreach(value, i, entry) {
    if (!(kind == KEY_PAIRS ? is_pair(entry) : is_index(entry))) {
      return 0;
    }
  }
  return json_is_array(value);
}

int datagram_script_check(const json_t *script, const char *place,
                          struct certspec_error *error) {
  static const char *const WANTED[] = {
      [KEY_INDICES] = "a list of indices",
      [KEY_PAIRS] = "a list of pairs [earlier, later]",
      [KEY_NUMBER] = "a number from 1 to 65535",
  };
  const char *name;
  json_t *value;
  if (!json_is_object(script)) {
    return certspec_error_set(error, NULL, 0, "%s: not an object", place);
  }

  json_object_foreach((json_t *)script, name, value) {
    size_t i = 0;
    while (i < NUM_KEYS && strcmp(KEYS[i].name, name) != 0) {
      i++;
    }
    if (i == NUM_KEYS) {
      return certspec_error_set(error, NULL, 0, "%s: unknown key \"%s\"", place,
                                name);
    }

    if (!is_right(KEYS[i].kind, value)) {
      return certspec_error_set(error, NULL, 0, "%s.%s: not %s", place, name,
                                WANTED[KEYS[i].kind]);
    }
  }
  return 1;
}

json_int_t datagram_script_number(const json_t *script, const char *key,
                                  json_int_t fallback) {
  const json_t *value = json_object_get(script, key);
  return value != NULL ? json_integer_value(value) : fallback;
}

int datagram_script_lists(const json_t *script, const char *key,
                          json_int_t index) {
  size_t i;
  const json_t *entry;
  json_array_foreach(json_object_get(script, key), i, entry) {
    if (json_integer_value(entry) == index) {
      return 1;
    }
  }
  return 0;
}

json_int_t datagram_script_partner(const json_t *script, const char *key,
                                   size_t place, json_int_t index) {
  size_t i;
  const json_t *pair;
  json_array_foreach(json_object_get(script, key), i, pair) {
    if (json_integer_value(json_array_get(pair, place)) == index) {
      return json_integer_value(json_array_get(pair, 1 - place));
    }
  }
  return -1;
}

int datagram_script_goes_on(const json_t *script, const char *key,
                            json_int_t from) {
  size_t i;
  const json_t *entry;
  json_array_foreach(json_object_get(script, key), i, entry) {
    const json_t *last =
        json_is_array(entry) ? json_array_get(entry, 1) : entry;
    if (json_integer_value(last) >= from) {
      return 1;
    }
  }
  return 0;
}
