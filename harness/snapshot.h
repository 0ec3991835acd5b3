/* snapshot: what can be read off an SSL object and its run, as JSON. Reading
 * leaves the object and the error queue as they were. */
#ifndef CERTSPEC_SNAPSHOT_H
#define CERTSPEC_SNAPSHOT_H

#include "client_run.h"

/* snapshot_add adds the names of vectors/README.md that are read off
 * |object| (NULL, or freed: they are null) and off the run to |values|. */
void snapshot_add(json_t *values, struct client_run *run,
                  const struct client_ssl *object);

/* snapshot_certificate names |certificate|: a PKI name, "sha256:..." for one
 * that nobody knows, null for NULL. snapshot_key the same: PKI name or
 * "unknown". Owned by the caller. */
json_t *snapshot_certificate(const struct client_run *run, X509 *certificate);
json_t *snapshot_key(const struct client_run *run, EVP_PKEY *key);

/* snapshot_ca_list names what SSL_get_client_CA_list returns: null or an
 * array. Owned by the caller, and not to be changed: |run| keeps it, and the
 * same list gives the same array again. */
json_t *snapshot_ca_list(struct client_run *run, const SSL *ssl);

/* snapshot_names does the same for |list|, which may be NULL. */
json_t *snapshot_names(struct client_run *run,
                       const STACK_OF(X509_NAME) * list);

/* snapshot_forget frees what |names| keeps. */
void snapshot_forget(struct client_names *names);

/* snapshot_peer_certificate names the peer's certificate, or null. */
json_t *snapshot_peer_certificate(const struct client_run *run, const SSL *ssl);

/* snapshot_certificate_types and snapshot_signature_algorithms name what the
 * last CertificateRequest carried (IANA names, numbers where there is none).
 * Owned by the caller. */
json_t *snapshot_certificate_types(SSL *ssl);
json_t *snapshot_signature_algorithms(SSL *ssl);

/* snapshot_queue takes the error queue, oldest first, as an array of symbols;
 * |keep|: the errors are put back. Owned by the caller. */
json_t *snapshot_queue(int keep);

#endif
