#include "request_client.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <string.h>

#include "determinism.h"
#include "pair_end.h"
#include "pki.h"
#include "scripted_flights.h"
#include "sharing.h"
#include "subject.h"
#include "target.h"

enum { MAX_ANSWERS = 3, CERTIFICATE_NAMES = 4, ALERT_FATAL = 2 };

static const char CLIENT[] = "ecdsa-leaf";

enum gift { GIFT_NONE, GIFT_PAIR, GIFT_CERTIFICATE, GIFT_KEY };

/* What the callback does; with its last answer it gives something. */
struct script {
  int answers[MAX_ANSWERS];
  unsigned num_answers;
  enum gift gift;
};

static const struct script scripts[] = {
    {{0}, 1, GIFT_NONE},     {{1}, 1, GIFT_PAIR},
    {{-1, 0}, 2, GIFT_NONE}, {{-1, -2, 1}, 3, GIFT_PAIR},
    {{1}, 1, GIFT_NONE},     {{1}, 1, GIFT_CERTIFICATE},
    {{0}, 1, GIFT_PAIR},     {{-1, 1}, 2, GIFT_KEY},
};

static const char *const protocols[] = {"TLSv1", "TLSv1.1", "TLSv1.2",
                                        "TLSv1.3"};

enum {
  NUM_SCRIPTS = sizeof(scripts) / sizeof(scripts[0]),
  NUM_PROTOCOLS = sizeof(protocols) / sizeof(protocols[0]),
  ALL_ANEW = 7 * NUM_SCRIPTS * NUM_PROTOCOLS, /* and above */
};

static struct pki *pki;
static SSL_CTX *contexts[NUM_PROTOCOLS];

/* One handshake. */
struct exchange {
  const struct request_input *input;
  const struct script *script;
  bool shares; /* what it gives belongs to all inputs */
  struct request_reading reading;
  struct tls13_keys keys;
  struct flight *client_hello;
  SSL *ssl;
  BIO *in;
  BIO *out;
  unsigned calls;
  unsigned certificates; /* messages sent */
  unsigned verifies;
  unsigned fatal_alerts;
  bool sent_any; /* a certificate in the Certificate message */
  bool sent_ours;
  X509 *given;
  unsigned certificates_given;
  unsigned keys_given;
  unsigned certificates_freed;
  unsigned keys_freed;
};

static void check_list(const STACK_OF(X509_NAME) * names,
                       const struct request_reading *reading) {
  struct span list = reading->ca_list;
  struct span want;
  int num = names == NULL ? 0 : sk_X509_NAME_num(names);

  contract((size_t)num == reading->num_names, "%zu names instead of %d",
           reading->num_names, num);
  for (int i = 0; i < num && reading_next(&want, &list); i++) {
    const unsigned char *der = NULL;
    size_t len = 0;

    contract(
        X509_NAME_get0_der(sk_X509_NAME_value(names, i), &der, &len) == 1 &&
            len == want.len && memcmp(der, want.bytes, want.len) == 0,
        "name %d as it was sent", i);
  }
}

static void give_certificate(struct exchange *exchange, X509 **out) {
  if (exchange->shares) {
    *out = sharing_take_certificate(CLIENT);
    exchange->given = *out;
    return;
  }

  *out = pki_new_certificate(pki, CLIENT);
  contract(*out != NULL && subject_on_certificate_freed(
                               *out, &exchange->certificates_freed),
           "a certificate can be made");
  exchange->given = *out;
  exchange->certificates_given++;
}

static void give_key(struct exchange *exchange, EVP_PKEY **out) {
  if (exchange->shares) {
    *out = sharing_take_key(CLIENT);
    return;
  }

  *out = subject_copy_key(pki_key(pki, CLIENT));
  if (*out == NULL) {
    *out = pki_new_key(pki, CLIENT);
  }
  contract(*out != NULL && subject_on_key_freed(*out, &exchange->keys_freed),
           "a key can be made");
  exchange->keys_given++;
}

static int answer_request(SSL *ssl, X509 **x509, EVP_PKEY **pkey) {
  struct exchange *exchange = SSL_get_app_data(ssl);
  const struct script *script = exchange->script;

  contract(exchange->reading.reading != READING_BROKEN,
           "no call for a request that cannot be read");
  contract(exchange->calls < script->num_answers,
           "no call after an answer that is not negative");
  contract(*x509 == NULL && *pkey == NULL, "nothing in the out pointers");
  contract(exchange->certificates == 0, "no Certificate before the answer");
  check_list(SSL_get0_peer_CA_list(ssl), &exchange->reading);
  if (SSL_get_client_CA_list(ssl) != SSL_get0_peer_CA_list(ssl)) {
    check_list(SSL_get_client_CA_list(ssl), &exchange->reading);
  }

  exchange->calls++;
  if (exchange->calls == script->num_answers) {
    if (script->gift == GIFT_PAIR || script->gift == GIFT_CERTIFICATE) {
      give_certificate(exchange, x509);
    }
    if (script->gift == GIFT_PAIR || script->gift == GIFT_KEY) {
      give_key(exchange, pkey);
    }
  }

  return script->answers[exchange->calls - 1];
}

/* The certificate_list of a Certificate message: RFC 5246 section 7.4.2, RFC
 * 8446 section 4.4.2. */
static void look_at_certificate(struct exchange *exchange,
                                struct span message) {
  bool tls13 = exchange->input->protocol->version == TLS1_3_VERSION;
  /* The certificate_request_context is that of the request. */
  size_t begin = 4 + (tls13 ? 1 + (size_t)message.bytes[4] : 0) + 3;
  struct span ours = sharing_der(CLIENT);

  exchange->certificates++;
  exchange->sent_any = message.len > begin;
  if (!exchange->sent_any) {
    return;
  }

  begin += 3;
  exchange->sent_ours =
      message.len >= begin + ours.len &&
      memcmp(message.bytes + begin, ours.bytes, ours.len) == 0;
}

static void look_at_message(int sent, int version, int type, const void *bytes,
                            size_t len, SSL *ssl, void *argument) {
  struct exchange *exchange = argument;
  const uint8_t *message = bytes;

  (void)version;
  (void)ssl;
  if (!sent || len == 0) {
    return;
  }
  if (type == SSL3_RT_ALERT) {
    exchange->fatal_alerts += message[0] == ALERT_FATAL;
  }
  if (type != SSL3_RT_HANDSHAKE) {
    return;
  }

  switch (message[0]) {
    case SSL3_MT_CLIENT_HELLO:
      exchange->client_hello->len = 0;
      flight_bytes(exchange->client_hello, (struct span){message, len});
      break;
    case SSL3_MT_CERTIFICATE:
      look_at_certificate(exchange, (struct span){message, len});
      break;
    case SSL3_MT_CERTIFICATE_VERIFY:
      exchange->verifies++;
      break;
    default:
      break;
  }
}

static void learn_keys(const SSL *ssl, const char *line) {
  struct exchange *exchange = SSL_get_app_data(ssl);

  tls13_keys_learn(&exchange->keys, line);
}

void request_client_start(void) {
  struct certspec_error error;

  determinism_start();
  contract(subject_start(&error), "%s", error.text);
  pki = target_load_pki();
  determinism_begin();
  sharing_add(pki, CLIENT);
  sharing_add(pki, SCRIPTED_RSA);
  sharing_add(pki, SCRIPTED_ECDSA);

  for (size_t i = 0; i < NUM_PROTOCOLS; i++) {
    SSL_CTX *ctx = pair_new_ctx(protocol_find(protocols[i]), false, false);

    contract(ctx != NULL && SSL_CTX_set_cipher_list(ctx, "AES128-SHA") &&
                 SSL_CTX_set1_groups_list(ctx, "X25519"),
             "an SSL_CTX for %s can be made", protocols[i]);
    if (strcmp(protocols[i], "TLSv1.3") == 0) {
      SSL_CTX_set_keylog_callback(ctx, learn_keys);
    }
    SSL_CTX_set_client_cert_cb(ctx, answer_request);
    contexts[i] = ctx;
  }
}

void request_client_choose(struct request_input *out, uint8_t byte) {
  out->protocol = protocol_find(protocols[byte % NUM_PROTOCOLS]);
  out->script = byte / NUM_PROTOCOLS % NUM_SCRIPTS;
  out->shares = byte < ALL_ANEW;
}

static SSL_CTX *context_of(const struct protocol *protocol) {
  size_t i = 0;

  while (strcmp(protocols[i], protocol->name) != 0) {
    i++;
  }

  return contexts[i];
}

static void begin(struct exchange *out, const struct request_input *input) {
  static struct flight client_hello;

  *out = (struct exchange){
      .input = input,
      .script = &scripts[input->script],
      .shares = sharing_begin(input->shares),
      .reading = reading_request(input->protocol, input->body),
      .client_hello = &client_hello,
      .ssl = SSL_new(context_of(input->protocol)),
      .in = BIO_new(BIO_s_mem()),
      .out = BIO_new(BIO_s_mem()),
  };
  contract(out->ssl != NULL && out->in != NULL && out->out != NULL,
           "an SSL object can be made");
  BIO_set_mem_eof_return(out->in, -1);
  SSL_set_bio(out->ssl, out->in, out->out);
  SSL_set_connect_state(out->ssl);
  SSL_set_app_data(out->ssl, out);
  SSL_set_msg_callback(out->ssl, look_at_message);
  SSL_set_msg_callback_arg(out->ssl, out);
}

static void feed(struct exchange *exchange, const struct flight *flight) {
  contract(BIO_write(exchange->in, flight->bytes, (int)flight->len) ==
               (int)flight->len,
           "a memory BIO takes a flight");
}

/* All that the server ever sends. Returns SSL_get_error of a client that has
 * refused the request already, else SSL_ERROR_WANT_READ. */
static int feed_server(struct exchange *exchange) {
  static struct flight flight;
  static struct flight transcript;
  const struct request_input *input = exchange->input;

  flight.len = 0;
  transcript.len = 0;
  if (input->protocol->version != TLS1_3_VERSION) {
    scripted_flight_plain(&flight, input->protocol, input->body);
    feed(exchange, &flight);
    return SSL_ERROR_WANT_READ;
  }

  contract(SSL_do_handshake(exchange->ssl) == -1, "the server has to answer");
  scripted_flight_hello(&flight, &transcript,
                        flight_span(exchange->client_hello));
  feed(exchange, &flight);
  contract(SSL_do_handshake(exchange->ssl) == -1 && exchange->keys.known,
           "the client knows the keys after ServerHello");

  flight.len = 0;
  scripted_flight_request(&flight, &transcript, &exchange->keys, input->body);
  feed(exchange, &flight);
  ERR_clear_error();
  int error = SSL_get_error(exchange->ssl, SSL_do_handshake(exchange->ssl));
  if (error != SSL_ERROR_WANT_READ) {
    return error;
  }

  flight.len = 0;
  scripted_flight_finish(&flight, &transcript, &exchange->keys, pki);
  feed(exchange, &flight);
  return SSL_ERROR_WANT_READ;
}

/* Calls SSL_do_handshake until it is not suspended. Returns SSL_get_error. */
static int shake_hands(struct exchange *exchange) {
  const struct script *script = exchange->script;

  for (;;) {
    unsigned calls = exchange->calls;
    size_t pending = BIO_ctrl_pending(exchange->out);

    ERR_clear_error();
    int result = SSL_do_handshake(exchange->ssl);
    int error = SSL_get_error(exchange->ssl, result);

    contract(exchange->calls <= calls + 1, "at most one call at a time");
    contract(calls == 0 || exchange->calls == calls + 1,
             "a suspended handshake calls the callback again");
    if (exchange->calls == 0 || script->answers[exchange->calls - 1] >= 0) {
      contract(error != SSL_ERROR_WANT_X509_LOOKUP,
               "no suspension without a negative answer");
      return error;
    }

    contract(result < 0 && error == SSL_ERROR_WANT_X509_LOOKUP,
             "suspension: %d, %d", result, error);
    contract(SSL_want_x509_lookup(exchange->ssl), "SSL_want tells");
    /* The ClientHello goes out in the first call of a plain flight. */
    contract(calls == 0 || BIO_ctrl_pending(exchange->out) == pending,
             "nothing is sent while suspended");
    contract(exchange->certificates == 0, "no Certificate while suspended");
  }
}

static void check_taken(const struct exchange *exchange, int error) {
  const struct script *script = exchange->script;
  bool gives_pair = script->gift == GIFT_PAIR &&
                    script->answers[script->num_answers - 1] == 1;

  contract(exchange->calls == script->num_answers, "%u calls instead of %u",
           script->num_answers, exchange->calls);
  contract(exchange->certificates == 1, "one Certificate instead of %u (%d)",
           exchange->certificates, error);
  contract(exchange->verifies == exchange->sent_any,
           "CertificateVerify if and only if there is a certificate: %u, %d",
           exchange->verifies, exchange->sent_any);
  contract(!exchange->sent_any || (gives_pair && exchange->sent_ours),
           "only the certificate that was given is sent");
  if (gives_pair && exchange->input->takes_ecdsa) {
    contract(exchange->sent_ours, "the certificate that was given is sent");
  }
  if (gives_pair) {
    contract(SSL_get_certificate(exchange->ssl) == exchange->given,
             "the certificate is installed");
  }
  check_list(SSL_get_client_CA_list(exchange->ssl), &exchange->reading);
}

static void check(const struct exchange *exchange, int error) {
  enum reading reading = exchange->reading.reading;

  if (reading == READING_GOOD ||
      (reading == READING_DOUBTFUL && exchange->calls > 0)) {
    check_taken(exchange, error);
    return;
  }

  contract(exchange->calls == 0 && error == SSL_ERROR_SSL,
           "refused: %u calls, error %d", exchange->calls, error);
  contract(exchange->fatal_alerts == 1, "one fatal alert instead of %u",
           exchange->fatal_alerts);
  contract(exchange->certificates == 0, "no Certificate after a refusal");
}

static void note(const struct exchange *exchange, int error) {
  char *sent;
  long len = BIO_get_mem_data(exchange->out, &sent);

  determinism_trace(sent, (size_t)len);
  determinism_trace(&error, sizeof(error));
  determinism_trace(&exchange->calls, sizeof(exchange->calls));
}

void request_client_perform(const struct request_input *input) {
  struct exchange exchange;

  determinism_begin();
  begin(&exchange, input);
  int error = feed_server(&exchange);
  if (error == SSL_ERROR_WANT_READ) {
    error = shake_hands(&exchange);
  }
  note(&exchange, error);
  check(&exchange, error);

  SSL_free(exchange.ssl);
  contract(exchange.certificates_freed == exchange.certificates_given &&
               exchange.keys_freed == exchange.keys_given,
           "%u certificates and %u keys given, %u and %u freed",
           exchange.certificates_given, exchange.keys_given,
           exchange.certificates_freed, exchange.keys_freed);
  sharing_end();
  ERR_clear_error();
}
