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
    [WAY_OWN_ERRORS] = "own-errors",
    [WAY_PRIVATE_KEY_NOT_GIVEN] = "private-key-not-given",
    [WAY_COOKIE] = "cookie",
    [WAY_NEGATIVE_NEVER_SUSPENDS] = "negative-never-suspends",
    [WAY_MISMATCH_SENT] = "mismatch-sent",
    [WAY_TLS13_PAIR_FAILS] = "tls13-pair-fails",
    [WAY_NO_RESUMPTION] = "no-resumption",
    [WAY_TLS13_ABOVE_ONE_REFUSED] = "tls13-above-one-refused",
    [WAY_CERTIFICATE_SUFFICES] = "certificate-suffices",
    [WAY_CERTIFICATE_STALE] = "certificate-stale",
    [WAY_DTLS_CLEAR_STUCK] = "dtls-clear-stuck",
    [WAY_RESUMED_WITHOUT_PEER] = "resumed-without-peer",
    [WAY_CLEAR_DROPS_SESSION] = "clear-drops-session",
    [WAY_CTX_WITHOUT_CERTIFICATE] = "context-without-certificate",
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
