/* scenario_ends: the client and the server of a scenario, in the words of a
 * case (vectors/README.md). For scenario_case. */
#ifndef CERTSPEC_SCENARIO_ENDS_H
#define CERTSPEC_SCENARIO_ENDS_H

#include <jansson.h>
#include <stdbool.h>

#include "outcome.h"
#include "scenario.h"

/* scenario_client and scenario_server return what a case has under "client" and
 * "server"; scenario_certificate_request what the server's requests say, also
 * those after the handshake. The caller owns them. */
json_t *scenario_client(const struct scenario *scenario,
                        const struct outcome *outcome);

json_t *scenario_server(const struct scenario *scenario);

json_t *scenario_certificate_request(const struct scenario *scenario);

/* scenario_gives_tickets tells whether the server sends a ticket after the
 * handshake. */
bool scenario_gives_tickets(const struct scenario *scenario);

/* scenario_is_blocking tells whether each handshake can be one call, up to
 * suspensions: no scenario step by step, and nothing to read after it. */
bool scenario_is_blocking(const struct scenario *scenario,
                          const struct outcome *outcome);

/* scenario_name_of returns the name of an identity, which must not be
 * IDENTITY_NONE. */
const char *scenario_name_of(identity which);

/* scenario_set_name sets |key| of |object| to the name of |which|, unless it is
 * none. */
void scenario_set_name(json_t *object, const char *key, identity which);

#endif
