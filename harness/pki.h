/* pki: the test certificates of vectors/pki, by name. */
#ifndef CERTSPEC_PKI_H
#define CERTSPEC_PKI_H

#include <openssl/evp.h>
#include <openssl/x509.h>
#include <stdbool.h>

#include "error.h"

struct pki;

/* pki_load reads |folder|/index.json and every file it names; keys are decoded
 * when first asked for. NULL with |error| naming the file and the cause. Free
 * with pki_free. As with all functions here, a success leaves the library's
 * error queue as it was. */
struct pki *pki_load(const char *folder, struct certspec_error *error);

void pki_free(struct pki *pki);

/* pki_has tells whether |name| (or "NAME:public", "NAME:cannot-sign") is in
 * the index. */
int pki_has(const struct pki *pki, const char *name);

/* pki_certificate returns the shared certificate called |name|, or NULL.
 * Borrowed. */
X509 *pki_certificate(struct pki *pki, const char *name);

/* pki_key returns the shared key of |name| (NAME:public: its public half
 * alone; NAME:cannot-sign: one that fails to sign), or NULL: unknown, without a
 * key, or not a key this library can decode or make. Borrowed. */
EVP_PKEY *pki_key(struct pki *pki, const char *name);

/* pki_new_certificate and pki_new_key return objects of their own that share
 * nothing with the others and that nobody had before, or NULL. The caller owns
 * them. */
X509 *pki_new_certificate(struct pki *pki, const char *name);
EVP_PKEY *pki_new_key(struct pki *pki, const char *name);

/* pki_stock decodes in advance what is asked for by |name|: the shared key, and
 * |with_spares| a few objects for pki_new_certificate and pki_new_key. A
 * process that is forked afterwards has them as its own. Does nothing for what
 * is no name in the PKI. May leave errors on the queue. */
void pki_stock(struct pki *pki, const char *name, bool with_spares);

/* pki_name_of_certificate returns the name of the certificate with the same
 * DER, pki_name_of_key that of the certificate with the same public key,
 * pki_name_of_subject that of the certificate with that subject; NULL where
 * nobody knows it. Borrowed. */
const char *pki_name_of_certificate(const struct pki *pki, X509 *certificate);
const char *pki_name_of_key(const struct pki *pki, EVP_PKEY *key);

const char *pki_name_of_subject(const struct pki *pki, X509_NAME *subject);

/* pki_name_of_key_called returns what pki_name_of_key says of the key that is
 * called |name|; NULL when there is none. */
const char *pki_name_of_key_called(const struct pki *pki, const char *name);

#endif
