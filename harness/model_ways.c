/* The ways in which libraries are known to differ from the model, by id. */
#include <string.h>

#include "model.h"
#include "model_state.h"

static const char *const ids[NUM_MODEL_WAYS] = {
    [WAY_FATAL_INSTALLATION] = "fatal-installation",
    [WAY_ABOVE_ONE_IS_ONE] = "above-one-is-one",
    [WAY_ONE_SLOT] = "one-slot",
    [WAY_CERTIFICATE_COPIED] = "certificate-copied",
    [WAY_INSTALLED_MEANWHILE_COUNTS] = "installed-meanwhile-counts",
    [WAY_TICKETS_WAIT] = "tickets-wait",
    [WAY_ALERT_AFTER_HANDSHAKE] = "alert-after-handshake",
    [WAY_CLEAR_KEEPS_SESSION] = "clear-keeps-session",
};

const char *model_way_id(enum model_way way) {
  return way < NUM_MODEL_WAYS ? ids[way] : NULL;
}

enum model_way model_way_find(const char *id) {
  for (int i = 0; i < NUM_MODEL_WAYS; i++) {
    if (strcmp(ids[i], id) == 0) {
      return (enum model_way)i;
    }
  }

  return NUM_MODEL_WAYS;
}

bool model_way(struct model *model, enum model_way way) {
  uint64_t bit = (uint64_t)1 << way;

  if ((model->facts->ways & bit) == 0) {
    return false;
  }

  model->out->ways |= bit;
  return true;
}
