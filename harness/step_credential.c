/* Steps on certificates, keys and chains. "on" says where they go: into the
 * SSL object (the default) or into the SSL_CTX that "ctx" names. */
#include <string.h>

#include "step.h"

/* The named certificate and key of the PKI; the names were checked. */
static X509 *certificate_of(const struct step_call *call) {
  return pki_certificate(call->run->pki, step_text(call, "certificate", ""));
}

static EVP_PKEY *key_of(const struct step_call *call) {
  return pki_key(call->run->pki, step_text(call, "key", ""));
}

/* Where the step works: one of both is set. 0 after an event. */
struct target {
  SSL *ssl;
  SSL_CTX *ctx;
};

static int target_of(struct step_call *call, struct target *out) {
  *out = (struct target){0};
  if (!step_on_ctx(call)) {
    out->ssl = call->object->ssl;
    return 1;
  }

  const struct client_context *context = step_context(call);
  if (context == NULL) {
    return 0;
  }

  out->ctx = context->ctx;
  return 1;
}

static int take_use_certificate(struct step_call *call) {
  struct target on;
  if (!target_of(call, &on)) {
    return 0;
  }

  X509 *certificate = certificate_of(call);
  int returned = on.ssl != NULL ? SSL_use_certificate(on.ssl, certificate)
                                : SSL_CTX_use_certificate(on.ctx, certificate);
  if (returned == 1 && json_object_get(call->step, "key") != NULL) {
    returned = on.ssl != NULL ? SSL_use_PrivateKey(on.ssl, key_of(call))
                              : SSL_CTX_use_PrivateKey(on.ctx, key_of(call));
  }
  step_returned(call, returned);
  return 1;
}

static int take_use_private_key(struct step_call *call) {
  struct target on;
  if (!target_of(call, &on)) {
    return 0;
  }

  step_returned(call, on.ssl != NULL
                          ? SSL_use_PrivateKey(on.ssl, key_of(call))
                          : SSL_CTX_use_PrivateKey(on.ctx, key_of(call)));
  return 1;
}

/* The certificates of "chain", borrowed from the PKI. Free the stack alone. */
static STACK_OF(X509) * chain_of(struct step_call *call) {
  STACK_OF(X509) *chain = sk_X509_new_null();
  size_t i;
  const json_t *name;
  json_array_foreach(json_object_get(call->step, "chain"), i, name) {
    X509 *certificate =
        pki_certificate(call->run->pki, json_string_value(name));
    if (chain != NULL && !sk_X509_push(chain, certificate)) {
      sk_X509_free(chain);
      chain = NULL;
    }
  }
  if (chain == NULL) {
    client_fail(call->run, "sk_X509_push");
  }
  return chain;
}

static int take_use_cert_and_key(struct step_call *call) {
  struct target on;
  STACK_OF(X509) *chain = chain_of(call);
  if (chain == NULL || !target_of(call, &on)) {
    sk_X509_free(chain);
    return 0;
  }

  int override = step_flag(call, "override");
  X509 *certificate = certificate_of(call);
  EVP_PKEY *key = key_of(call);
  step_returned(call, on.ssl != NULL
                          ? SSL_use_cert_and_key(on.ssl, certificate, key,
                                                 chain, override)
                          : SSL_CTX_use_cert_and_key(on.ctx, certificate, key,
                                                     chain, override));
  sk_X509_free(chain);
  return 1;
}

static int take_certs_clear(struct step_call *call) {
  SSL_certs_clear(call->object->ssl);
  return 1;
}

static int take_check_private_key(struct step_call *call) {
  struct target on;
  if (!target_of(call, &on)) {
    return 0;
  }

  step_returned(call, on.ssl != NULL ? SSL_check_private_key(on.ssl)
                                     : SSL_CTX_check_private_key(on.ctx));
  return 1;
}

static int take_add_extra_chain_cert(struct step_call *call) {
  const struct client_context *context = step_context(call);
  if (context == NULL) {
    return 0;
  }

  X509 *certificate = certificate_of(call);
  if (!X509_up_ref(certificate)) {
    return client_fail(call->run, "X509_up_ref");
  }

  int returned = (int)SSL_CTX_add_extra_chain_cert(context->ctx, certificate);
  if (returned != 1) {
    X509_free(certificate); /* taken over only on success */
  }
  step_returned(call, returned);
  return 1;
}

static int take_clear_extra_chain_certs(struct step_call *call) {
  const struct client_context *context = step_context(call);
  if (context == NULL) {
    return 0;
  }

  step_returned(call, (int)SSL_CTX_clear_extra_chain_certs(context->ctx));
  return 1;
}

static int take_add1_chain_cert(struct step_call *call) {
  struct target on;
  if (!target_of(call, &on)) {
    return 0;
  }

  X509 *certificate = certificate_of(call);
  step_returned(
      call,
      (int)(on.ssl != NULL ? SSL_add1_chain_cert(on.ssl, certificate)
                           : SSL_CTX_add1_chain_cert(on.ctx, certificate)));
  return 1;
}

static int take_set1_chain(struct step_call *call) {
  struct target on;
  STACK_OF(X509) *chain = chain_of(call);
  if (chain == NULL || !target_of(call, &on)) {
    sk_X509_free(chain);
    return 0;
  }

  step_returned(call,
                (int)(on.ssl != NULL ? SSL_set1_chain(on.ssl, chain)
                                     : SSL_CTX_set1_chain(on.ctx, chain)));
  sk_X509_free(chain);
  return 1;
}

static int take_clear_chain_certs(struct step_call *call) {
  struct target on;
  if (!target_of(call, &on)) {
    return 0;
  }

  step_returned(call,
                (int)(on.ssl != NULL ? SSL_clear_chain_certs(on.ssl)
                                     : SSL_CTX_clear_chain_certs(on.ctx)));
  return 1;
}

static int take_select_current_cert(struct step_call *call) {
  struct target on;
  if (!target_of(call, &on)) {
    return 0;
  }

  X509 *certificate = certificate_of(call);
  step_returned(
      call,
      (int)(on.ssl != NULL ? SSL_select_current_cert(on.ssl, certificate)
                           : SSL_CTX_select_current_cert(on.ctx, certificate)));
  return 1;
}

/* A store of the certificates of "chain". Owned by the caller. */
static X509_STORE *store_of(struct step_call *call) {
  STACK_OF(X509) *chain = chain_of(call);
  X509_STORE *store = chain != NULL ? X509_STORE_new() : NULL;
  for (int i = 0; store != NULL && i < sk_X509_num(chain); i++) {
    if (!X509_STORE_add_cert(store, sk_X509_value(chain, i))) {
      X509_STORE_free(store);
      store = NULL;
    }
  }
  sk_X509_free(chain);
  if (store == NULL) {
    client_fail(call->run, "X509_STORE_add_cert");
  }
  return store;
}

static int take_set1_chain_cert_store(struct step_call *call) {
  struct target on;
  X509_STORE *store = store_of(call);
  if (store == NULL || !target_of(call, &on)) {
    X509_STORE_free(store);
    return 0;
  }

  step_returned(
      call,
      (int)(on.ssl != NULL ? SSL_set1_chain_cert_store(on.ssl, store)
                           : SSL_CTX_set1_chain_cert_store(on.ctx, store)));
  X509_STORE_free(store);
  return 1;
}

static const struct step_row ROWS[] = {
    {{"use_certificate", "certificate key on ctx",
      "SSL_use_certificate or SSL_CTX_use_certificate, and with \"key\" then "
      "..._use_PrivateKey; returns what the last of them did"},
     "certificate",
     "SSL_use_certificate",
     STEP_SSL,
     take_use_certificate},
    {{"use_private_key", "key on ctx",
      "SSL_use_PrivateKey or SSL_CTX_use_PrivateKey"},
     "key",
     "SSL_use_PrivateKey",
     STEP_SSL,
     take_use_private_key},
    {{"use_cert_and_key", "certificate key chain override on ctx",
      "SSL_use_cert_and_key or SSL_CTX_use_cert_and_key"},
     "certificate key",
     "SSL_use_cert_and_key",
     STEP_SSL,
     take_use_cert_and_key},
    {{"certs_clear", "", "SSL_certs_clear"},
     "",
     "SSL_certs_clear",
     STEP_SSL,
     take_certs_clear},
    {{"check_private_key", "on ctx",
      "SSL_check_private_key or SSL_CTX_check_private_key"},
     "",
     "SSL_check_private_key",
     STEP_SSL,
     take_check_private_key},
    {{"add_extra_chain_cert", "certificate ctx",
      "SSL_CTX_add_extra_chain_cert"},
     "certificate",
     "SSL_CTX_add_extra_chain_cert",
     STEP_OBJECT,
     take_add_extra_chain_cert},
    {{"clear_extra_chain_certs", "ctx", "SSL_CTX_clear_extra_chain_certs"},
     "",
     "SSL_CTX_clear_extra_chain_certs",
     STEP_OBJECT,
     take_clear_extra_chain_certs},
    {{"add1_chain_cert", "certificate on ctx",
      "SSL_add1_chain_cert or SSL_CTX_add1_chain_cert"},
     "certificate",
     "SSL_add1_chain_cert",
     STEP_SSL,
     take_add1_chain_cert},
    {{"set1_chain", "chain on ctx", "SSL_set1_chain or SSL_CTX_set1_chain"},
     "chain",
     "SSL_set1_chain",
     STEP_SSL,
     take_set1_chain},
    {{"clear_chain_certs", "on ctx",
      "SSL_clear_chain_certs or SSL_CTX_clear_chain_certs"},
     "",
     "SSL_clear_chain_certs",
     STEP_SSL,
     take_clear_chain_certs},
    {{"select_current_cert", "certificate on ctx",
      "SSL_select_current_cert or SSL_CTX_select_current_cert"},
     "certificate",
     "SSL_select_current_cert",
     STEP_SSL,
     take_select_current_cert},
    {{"set1_chain_cert_store", "chain on ctx",
      "SSL_set1_chain_cert_store or SSL_CTX_set1_chain_cert_store, with a "
      "store of the certificates of \"chain\""},
     "chain",
     "SSL_set1_chain_cert_store",
     STEP_SSL,
     take_set1_chain_cert_store},
};

const struct step_row *step_credential_table(size_t *out_num) {
  *out_num = sizeof(ROWS) / sizeof(ROWS[0]);
  return ROWS;
}
