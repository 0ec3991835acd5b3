/* client_key: what the value of one key of a case's "client" may be. */
#ifndef CERTSPEC_CLIENT_KEY_H
#define CERTSPEC_CLIENT_KEY_H

#include <jansson.h>

#include "error.h"
#include "pki.h"

enum key_kind {
  KIND_CERTIFICATE,
  KIND_KEY, /* or null: none */
  KIND_CERTIFICATES,
  KIND_BOOLEAN,
  KIND_NATURAL, /* 0 .. INT_MAX */
  KIND_TEXT,
  KIND_OPTIONS,
  KIND_MODES,
  KIND_CERT_FLAGS,
  KIND_IO,
  KIND_TRANSPORT,
  KIND_DATAGRAMS,
  KIND_CALLBACK,
  KIND_CERT_CB,
  KIND_COMPRESSIONS,
  KIND_CERTIFICATE_TYPES,
  KIND_PSK_USE_SESSION,
  KIND_PSK_CLIENT,
  KIND_CONTEXTS,
};

/* client_key_check checks |value| of a key of |kind|. 1, or 0 with |error|
 * beginning with |place|. */
int client_key_check(enum key_kind kind, const json_t *value,
                     const struct pki *pki, const char *place,
                     struct certspec_error *error);

#endif
