#include "pair_contexts.h"

#include <stdlib.h>

#include "pair_end.h"
#include "subject.h"

struct pair_context {
  const struct protocol *protocol;
  enum pair_role role;
  identity certificate;
  identity key;
  bool tickets;
  SSL_CTX *ctx;
  const X509 *installed; /* SSL_CTX_get0_certificate when it was made */
};

void pair_contexts_free(struct pair_contexts *contexts) {
  for (size_t i = 0; i < contexts->num_contexts; i++) {
    SSL_CTX_free(contexts->contexts[i].ctx);
  }
  free(contexts->contexts);
  *contexts = (struct pair_contexts){0};
}

static const char *name_of(identity which) {
  size_t num;

  return identity_table(&num)[which].name;
}

/* What an SSL_CTX for |role| depends on. */
static struct pair_context describe(enum pair_role role,
                                    const struct scenario *scenario) {
  struct pair_context context = {.protocol = scenario->protocol,
                                 .role = role,
                                 .tickets = scenario_resumes(scenario)};

  if (role == PAIR_OTHER_CLIENT) {
    context.certificate = context.key = scenario_other_certificate();
  } else if (role == PAIR_CLIENT && scenario->preset_on_ctx) {
    context.certificate = scenario->preset_certificate;
    context.key = scenario->preset_key;
  }
  return context;
}

static int same(const struct pair_context *a, const struct pair_context *b) {
  return a->protocol == b->protocol && a->role == b->role &&
         a->certificate == b->certificate && a->key == b->key &&
         a->tickets == b->tickets;
}

static int install(SSL_CTX *ctx, struct pki *pki, const char *certificate,
                   const char *key) {
  return (certificate == NULL ||
          SSL_CTX_use_certificate(ctx, pki_certificate(pki, certificate))) &&
         (key == NULL || SSL_CTX_use_PrivateKey(ctx, pki_key(pki, key)));
}

static SSL_CTX *make(const struct pair_context *context, struct pki *pki) {
  bool server = context->role == PAIR_SERVER;
  SSL_CTX *ctx = pair_new_ctx(context->protocol, server, context->tickets);
  int ok = ctx != NULL;

  if (ok && server) {
    SSL_CTX_set_mode(ctx, SSL_MODE_NO_AUTO_CHAIN); /* there is none */
    ok = install(ctx, pki, "server-ecdsa", "server-ecdsa");
  } else if (ok) {
    if (subject_has("post-handshake-auth") == 1) {
      SSL_CTX_set_post_handshake_auth(ctx, 1);
    }
    ok =
        install(ctx, pki, name_of(context->certificate), name_of(context->key));
  }
  if (!ok) {
    SSL_CTX_free(ctx);
    return NULL;
  }

  return ctx;
}

SSL_CTX *pair_contexts_find(struct pair_contexts *contexts, enum pair_role role,
                            const struct scenario *scenario) {
  struct pair_context wanted = describe(role, scenario);

  for (size_t i = 0; i < contexts->num_contexts; i++) {
    if (same(&contexts->contexts[i], &wanted)) {
      return contexts->contexts[i].ctx;
    }
  }

  struct pair_context *grown = realloc(
      contexts->contexts, (contexts->num_contexts + 1) * sizeof(wanted));
  if (grown == NULL) {
    return NULL;
  }
  contexts->contexts = grown;
  wanted.ctx = make(&wanted, contexts->pki);
  if (wanted.ctx == NULL) {
    return NULL;
  }

  wanted.installed = SSL_CTX_get0_certificate(wanted.ctx);
  grown[contexts->num_contexts++] = wanted;
  return wanted.ctx;
}

void pair_contexts_check(struct pair_contexts *contexts, enum pair_role role,
                         const struct scenario *scenario) {
  struct pair_context wanted = describe(role, scenario);

  for (size_t i = 0; i < contexts->num_contexts; i++) {
    struct pair_context *context = &contexts->contexts[i];

    if (same(context, &wanted) &&
        SSL_CTX_get0_certificate(context->ctx) != context->installed) {
      SSL_CTX_free(context->ctx);
      *context = contexts->contexts[--contexts->num_contexts];
      return;
    }
  }
}
