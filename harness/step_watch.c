/* Steps that watch or ask the library in other ways than the callback's. */
#include <openssl/ssl.h>

#include "step.h"
#include "subject_verify.h"

/* The info callback: notes what SSL_connect and its like return with. */
static void note_exit(const SSL *ssl, int where, int value) {
  const struct client_context *context =
      SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl));
  if (where == SSL_CB_CONNECT_EXIT && context != NULL) {
    client_note_exit(context->run, value);
  }
}

static int take_set_info_callback(struct step_call *call) {
  SSL_set_info_callback(call->object->ssl, note_exit);
  return 1;
}

/* The certificate status callback: 1 goes on, 0 refuses. */
static int answer_status(SSL *ssl, void *arg) {
  struct client_run *run = arg;
  (void)ssl;
  run->num_status_callback_calls++;
  return run->status_answer;
}

static int take_set_status_callback(struct step_call *call) {
  SSL *ssl = call->object->ssl;
  SSL_CTX *ctx = SSL_get_SSL_CTX(ssl);
  call->run->status_answer = (int)step_number(call, "value", 1);
  if (!SSL_set_tlsext_status_type(ssl, TLSEXT_STATUSTYPE_ocsp)) {
    return client_fail(call->run, "SSL_set_tlsext_status_type");
  }

  SSL_CTX_set_tlsext_status_cb(ctx, answer_status);
  SSL_CTX_set_tlsext_status_arg(ctx, call->run);
  return 1;
}

/* The verification callback: asks to be called again, as often as was said. */
static int retry_verify(X509_STORE_CTX *store, void *arg) {
  struct client_run *run = arg;
  SSL *ssl =
      X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx());
  if (run->num_verify_retries == 0) {
    return 1;
  }

  run->num_verify_retries--;
  return subject_retry_verify(ssl) ||
         client_unsupported(run, "the subject has no SSL_set_retry_verify");
}

static int take_set_verify_retries(struct step_call *call) {
  SSL *ssl = call->object->ssl;
  call->run->num_verify_retries = (unsigned)step_number(call, "value", 1);
  SSL_set_verify(ssl, SSL_VERIFY_PEER, NULL);
  SSL_CTX_set_cert_verify_callback(SSL_get_SSL_CTX(ssl), retry_verify,
                                   call->run);
  return 1;
}

static int take_check_chain(struct step_call *call) {
  const char *name = step_text(call, "certificate", "");
  const char *key = step_text(call, "key", name);
  struct pki *pki = call->run->pki;
  int flags = SSL_check_chain(call->object->ssl, pki_certificate(pki, name),
                              pki_key(pki, key), NULL);
  json_object_set_new(
      call->values, "return",
      json_boolean(flags & CERT_PKEY_VALID && flags & CERT_PKEY_SIGN));
  return 1;
}

/* The subjects of "chain" as a new list, or NULL after an event. */
static STACK_OF(X509_NAME) * names_of(struct step_call *call) {
  STACK_OF(X509_NAME) *names = sk_X509_NAME_new_null();
  size_t i;
  const json_t *name;
  json_array_foreach(json_object_get(call->step, "chain"), i, name) {
    X509_NAME *copy = X509_NAME_dup(X509_get_subject_name(
        pki_certificate(call->run->pki, json_string_value(name))));
    if (names == NULL || copy == NULL || !sk_X509_NAME_push(names, copy)) {
      X509_NAME_free(copy);
      sk_X509_NAME_pop_free(names, X509_NAME_free);
      client_fail(call->run, "sk_X509_NAME_push");
      return NULL;
    }
  }
  return names;
}

static int take_set_client_ca_list(struct step_call *call) {
  STACK_OF(X509_NAME) *names = names_of(call);
  if (names == NULL) {
    return 0;
  }

  SSL_set_client_CA_list(call->object->ssl, names);
  return 1;
}

static int take_set0_ca_list(struct step_call *call) {
  STACK_OF(X509_NAME) *names = names_of(call);
  if (names == NULL) {
    return 0;
  }

  SSL_set0_CA_list(call->object->ssl, names);
  return 1;
}

static const struct step_row ROWS[] = {
    {{"set_info_callback", "",
      "SSL_set_info_callback: from then on \"info_exits\" is recorded"},
     "",
     "SSL_set_info_callback",
     STEP_SSL,
     take_set_info_callback},
    {{"set_status_callback", "value",
      "asks for a certificate status, with a callback that returns \"value\" "
      "(1)"},
     "",
     "SSL_CTX_set_tlsext_status_cb",
     STEP_SSL,
     take_set_status_callback},
    {{"set_verify_retries", "value",
      "a verification callback that asks to be called again \"value\" (1) "
      "times, and then accepts"},
     "",
     "SSL_CTX_set_cert_verify_callback",
     STEP_SSL,
     take_set_verify_retries},
    {{"check_chain", "certificate key",
      "SSL_check_chain; returns whether it says valid and able to sign"},
     "certificate",
     "SSL_check_chain",
     STEP_SSL,
     take_check_chain},
    {{"set_client_ca_list", "chain",
      "SSL_set_client_CA_list with the subjects of \"chain\""},
     "chain",
     "SSL_set_client_CA_list",
     STEP_SSL,
     take_set_client_ca_list},
    {{"set0_ca_list", "chain",
      "SSL_set0_CA_list with the subjects of \"chain\""},
     "chain",
     "SSL_set0_CA_list",
     STEP_SSL,
     take_set0_ca_list},
};

const struct step_row *step_watch_table(size_t *out_num) {
  *out_num = sizeof(ROWS) / sizeof(ROWS[0]);
  return ROWS;
}
