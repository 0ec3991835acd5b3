/* Steps on 0-RTT data. */
#include <string.h>

#include "step.h"
#include "subject.h"
#include "subject_psk.h"

static int take_write_early_data(struct step_call *call) {
  const char *data = step_text(call, "data", "hello");
  size_t num = 0;
  if (!subject_has("early-data")) {
    return client_unsupported(call->run,
                              "the subject has no SSL_write_early_data");
  }

  step_returned(call, subject_write_early_data(call->object->ssl, data,
                                               strlen(data), &num));
  return 1;
}

static int take_get_early_data_status(struct step_call *call) {
  const char *symbol = subject_early_data_status(call->object->ssl);
  if (symbol == NULL) {
    return client_unsupported(call->run,
                              "the subject has no SSL_get_early_data_status");
  }

  json_object_set_new(call->values, "return", json_string(symbol));
  return 1;
}

static const struct step_row ROWS[] = {
    {{"write_early_data", "data",
      "SSL_write_early_data of \"data\" (\"hello\")"},
     "",
     "SSL_write_early_data",
     STEP_IO,
     take_write_early_data},
    {{"get_early_data_status", "",
      "SSL_get_early_data_status; returns the symbol"},
     "",
     "SSL_get_early_data_status",
     STEP_SSL,
     take_get_early_data_status},
};

const struct step_row *step_early_data_table(size_t *out_num) {
  *out_num = sizeof(ROWS) / sizeof(ROWS[0]);
  return ROWS;
}
