/* client_keys: the keys of a case's "client", and what each does to an
 * SSL_CTX or SSL. */
#ifndef CERTSPEC_CLIENT_KEYS_H
#define CERTSPEC_CLIENT_KEYS_H

#include "client_run.h"

/* client_keys_check checks the object |keys| (and the contexts in it). 1, or 0
 * with |error|; |place| begins its text. */
int client_keys_check(const json_t *keys, const struct pki *pki,
                      const char *place, struct certspec_error *error);

/* client_keys_apply_to_context and client_keys_apply_to_ssl set what the keys
 * say, in the order of the table. 1, or 0 after an event. */
int client_keys_apply_to_context(struct client_context *context);
int client_keys_apply_to_ssl(struct client_ssl *object);

/* client_check_certificate and client_check_key check that |value| is a name
 * that |pki| has. 1, or 0 with |error| beginning with |place|. */
int client_check_certificate(const json_t *value, const struct pki *pki,
                             const char *place, struct certspec_error *error);
int client_check_key(const json_t *value, const struct pki *pki,
                     const char *place, struct certspec_error *error);

#endif
