/* Words of the target configuration: what is done with SSL objects; and how a
 * word is found. */
#include "configuration_words.h"

#include <limits.h>
#include <openssl/err.h>
#include <stdlib.h>
#include <string.h>

#include "determinism.h"
#include "target.h"

int configuration_number(const char *text) {
  long number = strtol(text, NULL, 10);

  return number < INT_MIN || number > INT_MAX ? 0 : (int)number;
}

static int post(struct configuration_end *end, const char *text) {
  (void)text;
  configuration_open(end->pair);
  return SSL_verify_client_post_handshake(end->ssl);
}

static int renegotiate(struct configuration_end *end, const char *text) {
  (void)text;
  configuration_open(end->pair);
  return SSL_renegotiate(end->ssl);
}

static int shut_down(struct configuration_end *end, const char *text) {
  (void)text;
  configuration_open(end->pair);
  return SSL_shutdown(end->ssl);
}

static int clear(struct configuration_end *end, const char *text) {
  (void)text;
  configuration_open(end->pair);
  /* Another handshake may follow, with what is left of this one. */
  end->pair->altered = false;
  end->pair->arrived = true;
  end->odd_names = true;
  return SSL_clear(end->ssl);
}

static int get_names(struct configuration_end *end, const char *text) {
  (void)text;
  configuration_open(end->pair);
  const STACK_OF(X509_NAME) *own = SSL_get_client_CA_list(end->ssl);
  const STACK_OF(X509_NAME) *peer = SSL_get0_peer_CA_list(end->ssl);
  int nums[] = {own == NULL ? -1 : sk_X509_NAME_num(own),
                peer == NULL ? -1 : sk_X509_NAME_num(peer)};

  determinism_trace(nums, sizeof(nums));
  return SSL_CTX_get_client_cert_cb(end->ctx) != NULL;
}

/* WARNING: SSL_dup fails to copy it as long as nobody in the process has asked
 * for an index. */
static int app_data(struct configuration_end *end, const char *text) {
  (void)text;
  configuration_open(end->pair);
  return SSL_set_app_data(end->ssl, end);
}

/* The copy is looked at, and goes on in the original's place unless that has
 * begun: then it is the same object. */
static int duplicate(struct configuration_end *end, const char *text) {
  (void)text;
  configuration_open(end->pair);
  SSL *copy = SSL_dup(end->ssl);

  if (copy == NULL) {
    return 0;
  }

  contract(copy == end->ssl || SSL_get_SSL_CTX(copy) == end->ctx,
           "a copy has the SSL_CTX of the original");
  contract(SSL_get_verify_mode(copy) == SSL_get_verify_mode(end->ssl),
           "a copy has the verify mode of the original");
  SSL_free(copy);
  return 1;
}

static int dane(struct configuration_end *end, const char *text) {
  SSL_CTX_dane_enable(end->ctx);
  configuration_open(end->pair);
  return SSL_dane_enable(end->ssl, text[0] == '\0' ? "localhost" : text) == 1;
}

static int session(struct configuration_end *end, const char *text) {
  struct configuration_pair *pair = end->pair;

  (void)text;
  if (end->server) {
    return -1; /* it takes sessions from the client alone */
  }

  configuration_open(pair);
  if (pair->session != NULL) {
    return SSL_set_session(end->ssl, pair->session);
  }

  SSL_SESSION *empty = SSL_SESSION_new();
  int ok = SSL_set_session(end->ssl, empty);
  SSL_SESSION_free(empty);
  return ok;
}

/* Both ends anew, with the session of before for the word session. */
static int anew(struct configuration_end *end, const char *text) {
  struct configuration_pair *pair = end->pair;

  (void)text;
  configuration_open(pair);
  SSL_SESSION_free(pair->session);
  pair->session = SSL_get1_session(pair->client.ssl);
  SSL_set_shutdown(pair->client.ssl, SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
  SSL_free(pair->client.ssl);
  SSL_free(pair->server.ssl);
  pair->client.ssl = pair->server.ssl = NULL;
  configuration_open(pair);
  return pair->session != NULL;
}

static int state(struct configuration_end *end, const char *text) {
  (void)text;
  SSL *ssl = SSL_new(end->ctx);

  /* Neither a client nor a server. */
  contract(ssl != NULL, "an SSL object can be made");
  SSL *copy = SSL_dup(ssl);
  SSL_free(ssl);
  SSL_free(copy);
  return copy != NULL;
}

static int hide(struct configuration_end *end, const char *text) {
  (void)text;
  end->pair->hide_algorithms = true;
  return 1;
}

static int certificate_algorithms(struct configuration_end *end,
                                  const char *text) {
  (void)text;
  end->pair->add_certificate_algorithms = true;
  return 1;
}

static int refuse_randoms(struct configuration_end *end, const char *text) {
  (void)end;
  (void)text;
  determinism_refuse_randoms();
  return 1;
}

static int add_extension(SSL *ssl, unsigned type, unsigned context,
                         const unsigned char **out, size_t *out_len, X509 *x509,
                         size_t index, int *alert, void *argument) {
  const struct configuration_end *end = argument;

  (void)ssl;
  (void)type;
  (void)x509;
  (void)index;
  (void)alert;
  *out = NULL;
  *out_len = 0;
  return end->server || context != SSL_EXT_TLS1_3_CERTIFICATE ? 1 : -1;
}

static int take_extension(SSL *ssl, unsigned type, unsigned context,
                          const unsigned char *in, size_t in_len, X509 *x509,
                          size_t index, int *alert, void *argument) {
  (void)ssl;
  (void)type;
  (void)context;
  (void)in;
  (void)in_len;
  (void)x509;
  (void)index;
  (void)alert;
  (void)argument;
  return 1;
}

/* An extension of the CertificateRequest that the client fails to answer in
 * its Certificate. */
static int extension(struct configuration_end *end, const char *text) {
  enum { EXTENSION = 0xff00 }; /* for private use: RFC 8446 section 11 */

  (void)text;
  return SSL_CTX_add_custom_ext(
      end->ctx, EXTENSION,
      SSL_EXT_TLS1_3_CERTIFICATE_REQUEST | SSL_EXT_TLS1_3_CERTIFICATE,
      add_extension, NULL, end, take_extension, NULL);
}

static int turn(struct configuration_end *end, const char *text) {
  (void)text;
  configuration_open(end->pair);
  return configuration_turn(end->pair);
}

static const struct configuration_word object_words[] = {
    {"post", post},
    {"renegotiate", renegotiate},
    {"shutdown", shut_down},
    {"clear", clear},
    {"names", get_names},
    {"app_data", app_data},
    {"dup", duplicate},
    {"dup_stateless", state},
    {"dane", dane},
    {"session", session},
    {"anew", anew},
    {"hide_algorithms", hide},
    {"certificate_algorithms", certificate_algorithms},
    {"refuse_randoms", refuse_randoms},
    {"extension", extension},
    {"turn", turn},
    {NULL, NULL},
};

static const struct configuration_word *const all_words[] = {
    configuration_credential_words, configuration_request_words, object_words};

/* Whether the chain to be sent is another than it was |before|. */
static bool is_other_chain(const struct configuration_end *end,
                           const struct configuration_end *before) {
  return memcmp(&end->extra, &before->extra, sizeof(end->extra)) != 0 ||
         memcmp(&end->stored, &before->stored, sizeof(end->stored)) != 0 ||
         end->auto_chain != before->auto_chain || end->strict != before->strict;
}

static void perform(struct configuration_end *end,
                    configuration_function *function, const char *text) {
  struct configuration_end before = *end;
  bool opened = end->ssl != NULL;
  int result = function(end, text);

  ERR_clear_error();
  determinism_trace(&result, sizeof(result));
  /* Too late for some SSL objects, in time for others. */
  end->odd_chain |= opened && is_other_chain(end, &before);
}

static const struct configuration_word *find(const char *name) {
  for (size_t i = 0; i < sizeof(all_words) / sizeof(all_words[0]); i++) {
    for (const struct configuration_word *one = all_words[i]; one->name != NULL;
         one++) {
      if (strcmp(one->name, name) == 0) {
        return one;
      }
    }
  }

  return NULL;
}

int configuration_perform(struct configuration_pair *pair, char *word) {
  enum { END_LEN = 7 };
  char *text = strchr(word, '=');
  struct configuration_end *end;

  if (strncmp(word, "client.", END_LEN) == 0) {
    end = &pair->client;
  } else if (strncmp(word, "server.", END_LEN) == 0) {
    end = &pair->server;
  } else {
    return 0;
  }
  if (text != NULL) {
    *text++ = '\0';
  }
  const struct configuration_word *found = find(word + END_LEN);
  if (found != NULL) {
    perform(end, found->perform, text == NULL ? "" : text);
  }
  return found != NULL;
}
