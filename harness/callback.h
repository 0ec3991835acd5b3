/* callback: the scripted client_cert_cb and cert_cb, and the record of their
 * calls. */
#ifndef CERTSPEC_CALLBACK_H
#define CERTSPEC_CALLBACK_H

#include <jansson.h>
#include <openssl/ssl.h>
#include <stddef.h>

#include "error.h"
#include "pki.h"

struct client_run;

/* What the successive calls of one callback do; "times" is counted here. */
struct callback_script {
  const json_t *answers; /* array, or NULL: every call is unscripted */
  size_t position;       /* of the current answer */
  json_int_t given;      /* how often it was given */
};

/* A certificate or key that was handed to the library; |num_handed| counts
 * references, |num_freed| is raised by the library's freeing it. */
struct callback_object {
  const char *name; /* in the PKI */
  X509 *certificate;
  EVP_PKEY *key;
  const char *borrowed_as; /* PKI name when shared, else NULL */
  unsigned num_handed;
  unsigned num_freed;
  int countable; /* the subject tells when it is freed */
  struct callback_object *next;
};

/* callback_script_next returns the answer for the next call and moves on, or
 * NULL when the script is at its end. Borrowed. */
const json_t *callback_script_next(struct callback_script *script);

/* callback_raise puts the errors of the list |names| ("ERR_LIB_USER",
 * "ERR_LIB_SYS") onto the queue; callback_is_error: whether |name| (or NULL)
 * is one of them. */
void callback_raise(const json_t *names);
int callback_is_error(const char *name);

/* callback_return_value puts the integer that "return" stands for into |out|:
 * a number, "INT_MIN" or "INT_MAX". 1, or 0 when it is none. */
int callback_return_value(const json_t *value, int *out);

/* callback_check_answers checks a list of answers; |with_pair|: whether they
 * may hand over a certificate. |place| begins the error's text. 1, or 0 with
 * |error|. */
int callback_check_answers(const json_t *answers, int with_pair,
                           const struct pki *pki, const char *place,
                           struct certspec_error *error);

/* The callbacks as they are registered. The SSL_CTX's app data is its
 * struct client_context; |arg| of cert_cb is not used. */
int callback_client_cert(SSL *ssl, X509 **x509, EVP_PKEY **pkey);
int callback_other_client_cert(SSL *ssl, X509 **x509, EVP_PKEY **pkey);
int callback_cert(SSL *ssl, void *arg);

/* callback_engine is the function of the client's ENGINE, a
 * subject_engine_load. */
int callback_engine(SSL *ssl, STACK_OF(X509_NAME) * ca_list, X509 **x509,
                    EVP_PKEY **pkey);

/* callback_registered_name returns "scripted", "other", "unknown" or NULL for
 * what |ctx| has registered. */
const char *callback_registered_name(SSL_CTX *ctx);

/* callback_count_objects adds "certificates_handed", "keys_handed" and the
 * frees to |values|, the frees with |suffix| ("" or "_at_end") behind their
 * name; null for frees that the subject cannot tell. */
void callback_count_objects(const struct client_run *run, json_t *values,
                            const char *suffix);

/* callback_name_of_key returns the PKI name of |key| where it was handed over
 * and is still alive for certain, else NULL: its address says no more then. */
const char *callback_name_of_key(const struct client_run *run,
                                 const EVP_PKEY *key);

/* callback_drop_own_references gives back the script's own reference to each
 * borrowed object. */
void callback_drop_own_references(struct client_run *run);

/* callback_free_objects frees what the library was handed and left alive. */
void callback_free_objects(struct client_run *run);

#endif
