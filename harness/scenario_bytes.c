#include <limits.h>
#include <string.h>

#include "scenario.h"

#define NUM(table) (sizeof(table) / sizeof((table)[0]))

enum {
  NUM_PRESETS = 6, /* the ECDSA and the RSA identities */
  MAX_OPERATIONS = 12,
};

static const char *const protocols[] = {"TLSv1.3", "TLSv1.2", "TLSv1",
                                        "TLSv1.1", "DTLSv1",  "DTLSv1.2"};

struct reader {
  const uint8_t *bytes;
  size_t bytes_len;
};

static unsigned take(struct reader *reader, size_t num) {
  if (reader->bytes_len == 0) {
    return 0;
  }

  reader->bytes_len--;
  return *reader->bytes++ % (unsigned)num;
}

/* What every library takes: half a pair, or one that fits. */
static void take_preset(struct scenario *out, struct reader *reader) {
  unsigned what = take(reader, 8);
  identity which = (identity)take(reader, NUM_PRESETS) + 1;

  out->preset_on_ctx = what >= 5;
  out->preset_certificate = what == 0 || what == 2 ? IDENTITY_NONE : which;
  out->preset_key = what == 0 || what == 1 ? IDENTITY_NONE : which;
}

static void take_answers(struct scenario *out, struct reader *reader) {
  static const int returns[] = {1, -1, 0, 1, 2, -42, INT_MIN, INT_MAX};
  size_t num_identities;

  identity_table(&num_identities);
  out->callback = take(reader, 8) != 0;
  out->num_answers = out->callback ? take(reader, 5) : 0;
  for (size_t i = 0; i < out->num_answers; i++) {
    struct answer *answer = &out->answers[i];

    answer->returns = returns[take(reader, NUM(returns))];
    answer->times = 1 + take(reader, 3) / 2;
    answer->certificate = (identity)take(reader, num_identities);
    /* A pair that fits is rare else. */
    answer->key = take(reader, 2) == 0 ? answer->certificate
                                       : (identity)take(reader, num_identities);
  }
}

static void take_operations(struct scenario *out, struct reader *reader) {
  size_t num_identities;

  identity_table(&num_identities);
  out->num_operations = 0;
  while (reader->bytes_len > 0 && out->num_operations < MAX_OPERATIONS) {
    struct operation *operation = &out->operations[out->num_operations++];

    operation->kind = (enum operation_kind)take(reader, NUM_OPERATION_KINDS);
    if (operation->kind == OPERATION_USE_CERTIFICATE) {
      operation->certificate = (identity)take(reader, num_identities);
      operation->key = (identity)take(reader, num_identities);
    }
  }
  out->operations[out->num_operations++].kind = OPERATION_SETTLE;
}

int scenario_from_bytes(struct scenario *out, const uint8_t *bytes,
                        size_t bytes_len) {
  struct reader reader = {bytes, bytes_len};

  *out = (struct scenario){0};
  if (bytes_len < 7) {
    return 0;
  }

  out->protocol = protocol_find(protocols[take(&reader, NUM(protocols))]);
  out->request = (enum request)take(&reader, NUM_REQUESTS);
  out->list = (enum ca_list)take(&reader, NUM_LISTS);
  out->algorithms = (enum algorithms)take(&reader, NUM_ALGORITHMS);
  take_preset(out, &reader);
  take_answers(out, &reader);
  take_operations(out, &reader);
  return 1;
}
