#include "observation.h"

#include <stdlib.h>
#include <string.h>

#include "log_line.h"

void observation_start(struct observation *out) {
  *out = (struct observation){.steps = json_array(),
                              .callback = json_array(),
                              .cert_cb = json_array(),
                              .engine = json_array(),
                              .connections = json_array(),
                              .server = json_array(),
                              .log = json_array()};
}

void observation_free(struct observation *observation) {
  json_decref(observation->steps);
  json_decref(observation->callback);
  json_decref(observation->cert_cb);
  json_decref(observation->engine);
  json_decref(observation->last_call);
  json_decref(observation->end);
  json_decref(observation->connections);
  json_decref(observation->server);
  json_decref(observation->log);
  json_decref(observation->error);
  json_decref(observation->unsupported);
  *observation = (struct observation){0};
}

/* "values", or what has "changed" of those |before|. Borrowed from |event|. */
static json_t *take_values(json_t *event, json_t *before) {
  json_t *values = json_object_get(event, "values");
  json_t *changed = json_object_get(event, "changed");

  if (values == NULL && json_is_object(changed) && before != NULL &&
      json_object_update_missing(changed, before) == 0) {
    return changed;
  }

  return json_is_object(values) ? values : NULL;
}

static json_t *last_step(const struct observation *observation) {
  return json_array_get(observation->steps,
                        json_array_size(observation->steps) - 1);
}

static int add_step(struct observation *observation, json_t *event) {
  const json_t *index = json_object_get(event, "index");
  json_t *values = take_values(event, last_step(observation));

  if (!json_is_integer(index) || values == NULL ||
      json_integer_value(index) !=
          (json_int_t)json_array_size(observation->steps)) {
    return 0;
  }

  return json_array_append(observation->steps, values) == 0;
}

static json_t *calls_of(const struct observation *observation,
                        const char *which) {
  const struct {
    const char *name;
    json_t *calls;
  } lists[] = {
      {"client_cert_cb", observation->callback},
      {"cert_cb", observation->cert_cb},
      {"engine", observation->engine},
  };

  for (size_t i = 0; which != NULL && i < sizeof(lists) / sizeof(lists[0]);
       i++) {
    if (strcmp(lists[i].name, which) == 0) {
      return lists[i].calls;
    }
  }

  return NULL;
}

static int add_callback(struct observation *observation, json_t *event) {
  json_t *calls =
      calls_of(observation, json_string_value(json_object_get(event, "which")));
  json_t *values = take_values(event, observation->last_call);

  if (calls == NULL || values == NULL) {
    return 0;
  }

  json_decref(observation->last_call);
  observation->last_call = json_incref(values);
  return json_array_append(calls, values) == 0;
}

static int add_log(struct observation *observation, json_t *array) {
  struct log_line line;

  return log_line_read(&line, array, "client") &&
         json_array_append(observation->log, array) == 0;
}

static int add_connection(struct observation *observation, json_t *event) {
  json_t *id = json_object_get(event, "id");

  if (!json_is_integer(id) ||
      observation_connection(observation, (long)json_integer_value(id)) >= 0) {
    return 0;
  }

  observation->connected = json_number_value(json_object_get(event, "t"));
  return json_array_append(observation->connections, id) == 0 &&
         json_array_append_new(observation->server, json_null()) == 0;
}

/* The first text stays: what comes later may follow from it. */
static int keep_first(json_t **out, json_t *value) {
  if (value == NULL) {
    return 0;
  }
  if (*out == NULL) {
    *out = json_incref(value);
  }

  return 1;
}

static int add_error(struct observation *observation, json_t *event) {
  return keep_first(&observation->error, json_object_get(event, "text"));
}

static int add_unsupported(struct observation *observation, json_t *event) {
  return keep_first(&observation->unsupported, json_object_get(event, "text"));
}

static int add_end(struct observation *observation, json_t *event) {
  return keep_first(&observation->end,
                    take_values(event, last_step(observation)));
}

static const struct {
  const char *name;
  int (*add)(struct observation *observation, json_t *event);
} events[] = {
    {"step", add_step},
    {"callback", add_callback},
    {"connection", add_connection},
    {"error", add_error},
    {"unsupported", add_unsupported},
    {"end", add_end},
};

int observation_add(struct observation *observation, const char *line,
                    size_t line_len) {
  json_t *event = json_loadb(line, line_len, 0, NULL);
  const char *name = json_string_value(json_object_get(event, "event"));
  int ok = json_is_array(event) && add_log(observation, event);

  for (size_t i = 0; name != NULL && i < sizeof(events) / sizeof(events[0]);
       i++) {
    if (strcmp(events[i].name, name) == 0) {
      ok = events[i].add(observation, event);
      break;
    }
  }

  json_decref(event);
  return ok;
}

long observation_connection(const struct observation *observation, long id) {
  size_t i;
  json_t *value;

  json_array_foreach(observation->connections, i, value) {
    if (json_integer_value(value) == id) {
      return (long)i;
    }
  }

  return -1;
}

int observation_answer(struct observation *observation, long id,
                       json_t *answer) {
  long place = observation_connection(observation, id);

  if (place < 0 ||
      !json_is_null(json_array_get(observation->server, (size_t)place))) {
    return 0;
  }

  return json_array_set(observation->server, (size_t)place, answer) == 0;
}

size_t observation_unanswered(const struct observation *observation) {
  size_t num = 0;
  size_t i;
  json_t *value;

  json_array_foreach(observation->server, i, value) {
    num += json_is_null(value);
  }

  return num;
}

/* Takes "[3]" off |*path|. 1, or 0 when it does not begin so. */
static int take_index(const char **path, size_t *out) {
  char *end;

  if (**path != '[' || (*path)[1] < '0' || (*path)[1] > '9') {
    return 0;
  }

  *out = strtoul(*path + 1, &end, 10);
  if (*end != ']') {
    return 0;
  }

  *path = end + 1;
  return 1;
}

/* follow goes from |value| along "name[3].name..."; the first name needs no
 * dot. */
static const json_t *follow(const json_t *value, const char *path) {
  while (value != NULL && *path != '\0') {
    size_t index;

    if (take_index(&path, &index)) {
      value = json_array_get(value, index);
      continue;
    }
    if (*path == '.') {
      path++;
    }

    size_t name_len = strcspn(path, ".[");
    if (name_len == 0) {
      return NULL;
    }

    value = json_object_getn(value, path, name_len);
    path += name_len;
  }

  return value;
}

static const json_t *list_value(const json_t *list, const char *path,
                                size_t index) {
  if (*path == '[' && !take_index(&path, &index)) {
    return NULL;
  }

  return *path == '.' ? follow(json_array_get(list, index), path + 1) : NULL;
}

const json_t *observation_value(const struct observation *observation,
                                long step, const char *path) {
  const struct {
    const char *name;
    const json_t *list;
    int needs_index;
  } lists[] = {
      {"steps", observation->steps, 1},
      {"callback", observation->callback, 1},
      {"cert_cb", observation->cert_cb, 1},
      {"engine", observation->engine, 1},
      {"server", observation->server, 0},
  };
  size_t name_len = strcspn(path, ".[");

  for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
    if (strlen(lists[i].name) == name_len &&
        strncmp(lists[i].name, path, name_len) == 0) {
      if (lists[i].needs_index && path[name_len] != '[') {
        return NULL;
      }
      return list_value(lists[i].list, path + name_len,
                        json_array_size(lists[i].list) - 1);
    }
  }

  return follow(step < 0 ? observation->end
                         : json_array_get(observation->steps, (size_t)step),
                path);
}

struct ladder_line {
  struct log_line line;
  size_t place; /* keeps the order of lines with one time */
};

static int compare_lines(const void *a, const void *b) {
  const struct ladder_line *left = a;
  const struct ladder_line *right = b;

  if (left->line.t != right->line.t) {
    return left->line.t < right->line.t ? -1 : 1;
  }

  return left->place < right->place ? -1 : 1;
}

static size_t count_lines(const struct observation *observation) {
  size_t num = json_array_size(observation->log);
  size_t i;
  json_t *answer;

  json_array_foreach(observation->server, i, answer) {
    num += json_array_size(json_object_get(answer, "log"));
  }

  return num;
}

/* Adds the lines of |log| to |lines|, of which there are |num|. Returns how
 * many there are then. */
static size_t collect(struct ladder_line *lines, size_t num, const json_t *log,
                      const char *side) {
  size_t i;
  json_t *array;

  json_array_foreach(log, i, array) {
    if (log_line_read(&lines[num].line, array, side)) {
      lines[num].place = num;
      num++;
    }
  }

  return num;
}

void observation_print_ladder(const struct observation *observation,
                              FILE *file) {
  struct ladder_line *lines =
      calloc(count_lines(observation) + 1, sizeof(*lines));
  size_t num = 0;
  size_t i;
  json_t *answer;

  if (lines != NULL) {
    num = collect(lines, num, observation->log, "client");
    json_array_foreach(observation->server, i, answer) {
      num = collect(lines, num, json_object_get(answer, "log"), "server");
    }
    qsort(lines, num, sizeof(*lines), compare_lines);
  }

  fputc('[', file);
  for (i = 0; i < num; i++) {
    fputs(i > 0 ? "," : "", file);
    log_line_print(&lines[i].line, lines[0].line.t, file);
  }
  fputc(']', file);
  free(lines);
}
