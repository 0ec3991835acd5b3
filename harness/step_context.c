/* Steps on SSL_CTX objects, callbacks, settings and the error queue. */
#include <openssl/err.h>
#include <string.h>

#include "callback.h"
#include "step.h"
#include "subject.h"
#include "subject_engine.h"

typedef int client_cert_callback(SSL *ssl, X509 **x509, EVP_PKEY **pkey);

static int take_set_callback(struct step_call *call) {
  const struct client_context *context = step_context(call);
  const char *to = step_text(call, "to", NULL);
  client_cert_callback *callback = NULL;
  if (context == NULL) {
    return 0;
  }

  if (to != NULL && strcmp(to, "scripted") == 0) {
    callback = callback_client_cert;
  } else if (to != NULL && strcmp(to, "other") == 0) {
    callback = callback_other_client_cert;
  } else if (to != NULL) {
    return client_fail(call->run, "no callback is called \"%s\"", to);
  }
  SSL_CTX_set_client_cert_cb(context->ctx, callback);
  return 1;
}

static int take_get_callback(struct step_call *call) {
  const struct client_context *context = step_context(call);
  if (context == NULL) {
    return 0;
  }

  const char *name = callback_registered_name(context->ctx);
  json_object_set_new(call->values, "return",
                      name != NULL ? json_string(name) : json_null());
  return 1;
}

static int take_set_cert_cb(struct step_call *call) {
  const char *to = step_text(call, "to", NULL);
  if (to != NULL && strcmp(to, "scripted") != 0) {
    return client_fail(call->run, "no cert_cb is called \"%s\"", to);
  }

  int (*callback)(SSL *, void *) = to != NULL ? callback_cert : NULL;
  if (!step_on_ctx(call)) {
    SSL_set_cert_cb(call->object->ssl, callback, NULL);
    return 1;
  }

  const struct client_context *context = step_context(call);
  if (context == NULL) {
    return 0;
  }

  SSL_CTX_set_cert_cb(context->ctx, callback, NULL);
  return 1;
}

static int take_set_client_cert_engine(struct step_call *call) {
  const struct client_context *context = step_context(call);
  subject_engine_load *load =
      step_text(call, "to", NULL) != NULL ? callback_engine : NULL;
  if (context == NULL) {
    return 0;
  }

  int value = subject_set_client_cert_engine(context->ctx, load);
  if (value < 0) {
    return client_unsupported(call->run, "the subject has no engines");
  }

  step_returned(call, value);
  return 1;
}

static int take_set_ssl_ctx(struct step_call *call) {
  const struct client_context *context = step_context(call);
  if (context == NULL) {
    return 0;
  }

  const SSL_CTX *now = SSL_set_SSL_CTX(call->object->ssl, context->ctx);
  json_object_set_new(
      call->values, "return",
      now == context->ctx ? json_string(context->name) : json_null());
  return 1;
}

static int take_free_ctx(struct step_call *call) {
  struct client_context *context = step_context(call);
  if (context == NULL) {
    return 0;
  }

  SSL_CTX_free(context->ctx);
  context->ctx = NULL;
  return 1;
}

/* Adds up the bits of "names"; 0 after an event. */
static int mode_bits(struct step_call *call, unsigned long *out) {
  size_t i;
  const json_t *name;
  *out = 0;
  json_array_foreach(json_object_get(call->step, "names"), i, name) {
    unsigned long bits;
    int known;
    if (!subject_mode(json_string_value(name), &bits, &known)) {
      return known ? client_unsupported(call->run, "the subject has no %s",
                                        json_string_value(name))
                   : client_fail(call->run, "unknown mode %s",
                                 json_string_value(name));
    }
    *out |= bits;
  }
  return 1;
}

static int take_set_mode(struct step_call *call) {
  unsigned long bits;
  if (!mode_bits(call, &bits)) {
    return 0;
  }

  if (!step_on_ctx(call)) {
    SSL_set_mode(call->object->ssl, (long)bits);
    return 1;
  }

  const struct client_context *context = step_context(call);
  if (context == NULL) {
    return 0;
  }

  SSL_CTX_set_mode(context->ctx, (long)bits);
  return 1;
}

static int option_bits(struct step_call *call, unsigned long long *out) {
  size_t i;
  const json_t *name;
  *out = 0;
  json_array_foreach(json_object_get(call->step, "names"), i, name) {
    unsigned long long bits;
    int known;
    if (!subject_option(json_string_value(name), &bits, &known)) {
      return known ? client_unsupported(call->run, "the subject has no %s",
                                        json_string_value(name))
                   : client_fail(call->run, "unknown option %s",
                                 json_string_value(name));
    }
    *out |= bits;
  }
  return 1;
}

static int take_set_options(struct step_call *call) {
  unsigned long long bits;
  if (!option_bits(call, &bits)) {
    return 0;
  }

  if (!step_on_ctx(call)) {
    SSL_set_options(call->object->ssl, bits);
    return 1;
  }

  const struct client_context *context = step_context(call);
  if (context == NULL) {
    return 0;
  }

  SSL_CTX_set_options(context->ctx, bits);
  return 1;
}

static int take_clear_mode(struct step_call *call) {
  unsigned long bits;
  const struct client_context *context = step_context(call);
  if (context == NULL || !mode_bits(call, &bits)) {
    return 0;
  }

  SSL_CTX_clear_mode(context->ctx, (long)bits);
  return 1;
}

static int take_clear_options(struct step_call *call) {
  unsigned long long bits;
  const struct client_context *context = step_context(call);
  if (context == NULL || !option_bits(call, &bits)) {
    return 0;
  }

  SSL_CTX_clear_options(context->ctx, bits);
  return 1;
}

static int take_set_post_handshake_auth(struct step_call *call) {
  SSL_set_post_handshake_auth(call->object->ssl,
                              (int)step_number(call, "value", 1));
  return 1;
}

static int take_set_security_level(struct step_call *call) {
  int level = (int)step_number(call, "level", 0);
  if (!step_on_ctx(call)) {
    SSL_set_security_level(call->object->ssl, level);
    return 1;
  }

  const struct client_context *context = step_context(call);
  if (context == NULL) {
    return 0;
  }

  SSL_CTX_set_security_level(context->ctx, level);
  return 1;
}

static int take_raise(struct step_call *call) {
  callback_raise(json_object_get(call->step, "errors"));
  return 1;
}

static int take_clear_error(struct step_call *call) {
  (void)call;
  ERR_clear_error();
  return 1;
}

static const struct step_row ROWS[] = {
    {{"set_callback", "ctx to",
      "SSL_CTX_set_client_cert_cb; \"to\": \"scripted\", \"other\" or null"},
     "to",
     "SSL_CTX_set_client_cert_cb",
     STEP_OBJECT,
     take_set_callback},
    {{"get_callback", "ctx",
      "SSL_CTX_get_client_cert_cb; returns \"scripted\", \"other\" or null"},
     "",
     "SSL_CTX_get_client_cert_cb",
     STEP_OBJECT,
     take_get_callback},
    {{"set_client_cert_engine", "ctx to",
      "SSL_CTX_set_client_cert_engine; \"to\": \"scripted\" or, for an engine "
      "that has no client certificates, null"},
     "to",
     "SSL_CTX_set_client_cert_engine",
     STEP_OBJECT,
     take_set_client_cert_engine},
    {{"set_cert_cb", "ctx to on",
      "SSL_set_cert_cb or SSL_CTX_set_cert_cb; \"to\": \"scripted\" or null"},
     "to",
     "SSL_set_cert_cb",
     STEP_SSL,
     take_set_cert_cb},
    {{"set_ssl_ctx", "ctx",
      "SSL_set_SSL_CTX; returns the name of the SSL_CTX, or null"},
     "ctx",
     "SSL_set_SSL_CTX",
     STEP_SSL,
     take_set_ssl_ctx},
    {{"free_ctx", "ctx", "SSL_CTX_free of the case's own reference"},
     "",
     "SSL_CTX_free",
     STEP_OBJECT,
     take_free_ctx},
    {{"set_mode", "names on ctx", "SSL_set_mode or SSL_CTX_set_mode"},
     "names",
     "SSL_set_mode",
     STEP_SSL,
     take_set_mode},
    {{"set_options", "names on ctx", "SSL_set_options or SSL_CTX_set_options"},
     "names",
     "SSL_set_options",
     STEP_SSL,
     take_set_options},
    {{"clear_mode", "names ctx", "SSL_CTX_clear_mode, before SSL_new"},
     "names",
     "SSL_CTX_clear_mode",
     STEP_OBJECT,
     take_clear_mode},
    {{"clear_options", "names ctx", "SSL_CTX_clear_options, before SSL_new"},
     "names",
     "SSL_CTX_clear_options",
     STEP_OBJECT,
     take_clear_options},
    {{"set_post_handshake_auth", "value",
      "SSL_set_post_handshake_auth with \"value\" (1)"},
     "",
     "SSL_set_post_handshake_auth",
     STEP_SSL,
     take_set_post_handshake_auth},
    {{"set_security_level", "level on ctx",
      "SSL_set_security_level or SSL_CTX_set_security_level"},
     "level",
     "SSL_set_security_level",
     STEP_SSL,
     take_set_security_level},
    {{"raise", "errors",
      "puts \"ERR_LIB_USER\" or \"ERR_LIB_SYS\" errors onto the queue"},
     "errors",
     "ERR_raise",
     STEP_OBJECT,
     take_raise},
    {{"clear_error", "", "ERR_clear_error"},
     "",
     "ERR_clear_error",
     STEP_OBJECT,
     take_clear_error},
};

const struct step_row *step_context_table(size_t *out_num) {
  *out_num = sizeof(ROWS) / sizeof(ROWS[0]);
  return ROWS;
}
