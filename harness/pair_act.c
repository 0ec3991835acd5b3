#include "pair_act.h"

#include "pair_end.h"

enum {
  HANDSHAKE_CERTIFICATE = 11,
  HANDSHAKE_CERTIFICATE_VERIFY = 15,
  TLS_HEADER_LEN = 4,
  DTLS_HEADER_LEN = 12,
};

int pair_act_fault(struct act *act, const char *text) {
  if (act->fault == NULL) {
    act->fault = text;
  }
  return 0;
}

/* WARNING: not SSL_set_app_data, for SSL_dup fails to copy that as long as
 * nobody has asked for an index. */
static int act_index(void) {
  static int index = -1;

  if (index < 0) {
    index = SSL_get_ex_new_index(0, NULL, NULL, NULL, NULL);
  }
  return index;
}

void pair_act_own(struct act *act) {
  if (SSL_set_ex_data(act->client, act_index(), act) != 1) {
    pair_act_fault(act, "SSL_set_ex_data");
  }
}

/* How many names the request has, or -2 when they are not those of the
 * server. */
static int count_names(const struct act *act, SSL *ssl) {
  const STACK_OF(X509_NAME) *seen = SSL_get_client_CA_list(ssl);
  const STACK_OF(X509_NAME) *sent = SSL_get_client_CA_list(act->server);
  int num = seen == NULL ? 0 : sk_X509_NAME_num(seen);

  for (int i = 0; i < num; i++) {
    if (i >= sk_X509_NAME_num(sent) ||
        X509_NAME_cmp(sk_X509_NAME_value(seen, i),
                      sk_X509_NAME_value(sent, i)) != 0) {
      return -2;
    }
  }
  return num;
}

int pair_act_answer_request(SSL *ssl, X509 **x509, EVP_PKEY **pkey) {
  struct act *act = SSL_get_ex_data(ssl, act_index());
  struct answer answer = scenario_answer(act->scenario, act->calls++);
  struct outcome_step *step = act->step;

  step->callback_calls++;
  step->presets_null = step->presets_null && *x509 == NULL && *pkey == NULL;
  step->ca_names = count_names(act, ssl);
  if ((answer.certificate != IDENTITY_NONE || answer.key != IDENTITY_NONE) &&
      !pair_handover_give(&act->handover, &answer, x509, pkey)) {
    return pair_act_fault(act, "a certificate or key cannot be made anew");
  }

  return answer.returns;
}

/* The length of |bytes| at |at|, three of them. */
static size_t read_length(const unsigned char *bytes, size_t at) {
  return (size_t)bytes[at] << 16 | (size_t)bytes[at + 1] << 8 | bytes[at + 2];
}

/* The first certificate of a Certificate message's body. */
static identity first_certificate(struct act *act, const unsigned char *body,
                                  size_t body_len) {
  size_t at = act->scenario->protocol->version == TLS1_3_VERSION
                  ? 1 + (body_len > 0 ? (size_t)body[0] : 0)
                  : 0;

  if (at + 6 > body_len) {
    return IDENTITY_NONE; /* an empty list */
  }

  size_t certificate_len = read_length(body, at + 3);
  const unsigned char *der = body + at + 6;
  if (certificate_len > body_len - at - 6) {
    return IDENTITY_UNKNOWN;
  }

  return pair_identity_of_der(&act->pair->identities, der, certificate_len);
}

/* What arrives at the server. */
static void hear(int sent, int version, int content_type, const void *bytes,
                 size_t bytes_len, SSL *ssl, void *argument) {
  struct act *act = argument;
  const unsigned char *message = bytes;
  size_t header_len = SSL_is_dtls(ssl) ? DTLS_HEADER_LEN : TLS_HEADER_LEN;

  (void)version;
  if (sent || content_type != SSL3_RT_HANDSHAKE || bytes_len < header_len) {
    return;
  }
  if (message[0] == HANDSHAKE_CERTIFICATE) {
    act->step->certificates++;
    act->step->sent =
        first_certificate(act, message + header_len, bytes_len - header_len);
  }
  if (message[0] == HANDSHAKE_CERTIFICATE_VERIFY) {
    act->step->verifies++;
  }
}

static STACK_OF(X509_NAME) * make_list(struct act *act) {
  static const char *const of[SCENARIO_LIST_OF_SEVERAL] = {
      "other-root", "ecdsa-root", "rsa-root"};
  STACK_OF(X509_NAME) *list = sk_X509_NAME_new_null();

  int num = scenario_ca_names(act->scenario);
  for (int i = 0; i < num && i < SCENARIO_LIST_OF_SEVERAL; i++) {
    X509 *authority = pki_certificate(act->pair->contexts.pki, of[i]);
    X509_NAME *name = X509_NAME_dup(X509_get_subject_name(authority));
    if (name == NULL || sk_X509_NAME_push(list, name) == 0) {
      X509_NAME_free(name);
      pair_act_fault(act, "no list of CAs");
    }
  }
  return list;
}

static int verify_mode(enum request request, bool first) {
  switch (request) {
    case REQUEST_PLAIN:
      return SSL_VERIFY_PEER;
    case REQUEST_REQUIRE:
      return SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT;
    case REQUEST_LATER:
      return first ? SSL_VERIFY_NONE : SSL_VERIFY_PEER;
    case REQUEST_NONE:
    case NUM_REQUESTS:
      break;
  }
  return SSL_VERIFY_NONE;
}

static SSL *new_server(struct act *act) {
  static const char *const algorithms[NUM_ALGORITHMS] = {
      [ALGORITHMS_ECDSA] = "ECDSA+SHA256:ECDSA+SHA384",
      [ALGORITHMS_RSA] = "RSA-PSS+SHA256:RSA+SHA256"};
  const char *wanted = algorithms[act->scenario->algorithms];
  SSL *server = SSL_new(act->server_ctx);

  if (server == NULL) {
    return NULL;
  }

  SSL_set_verify(server, verify_mode(act->scenario->request, true), NULL);
  SSL_set_msg_callback(server, hear);
  SSL_set_msg_callback_arg(server, act);
  if (act->scenario->list != LIST_NONE) {
    SSL_set_client_CA_list(server, make_list(act));
  }
  if (wanted != NULL && SSL_set1_client_sigalgs_list(server, wanted) != 1) {
    pair_act_fault(act, "SSL_set1_client_sigalgs_list");
  }
  return server;
}

/* A new connection of the client, to a new server. */
int pair_act_reconnect(struct act *act) {
  SSL_free(act->server);
  act->server = new_server(act);
  act->dead = false;
  return (act->server != NULL &&
          pair_join(act->client, act->server, &act->client_bio,
                    &act->server_bio)) ||
         pair_act_fault(act, "no connection in memory");
}

static const char *name_of(identity which) {
  size_t num;

  return identity_table(&num)[which].name;
}

/* SSL_use_certificate and SSL_use_PrivateKey, of what is there. */
int pair_act_use(struct act *act, identity certificate, identity key) {
  struct pki *pki = act->pair->contexts.pki;
  int result = 1;

  if (certificate != IDENTITY_NONE) {
    result = SSL_use_certificate(act->client,
                                 pki_certificate(pki, name_of(certificate)));
  }
  if (result == 1 && key != IDENTITY_NONE) {
    result = SSL_use_PrivateKey(act->client, pki_key(pki, name_of(key)));
  }
  return result;
}

int pair_act_new_client(struct act *act) {
  const struct scenario *scenario = act->scenario;

  SSL_free(act->client);
  act->client = SSL_new(act->ctx);
  if (act->client == NULL) {
    return pair_act_fault(act, "SSL_new");
  }

  pair_act_own(act);
  if (!scenario->preset_on_ctx) {
    pair_act_use(act, scenario->preset_certificate, scenario->preset_key);
  }
  return pair_act_reconnect(act);
}

void pair_act_request_again(struct act *act) {
  SSL_set_verify(act->server, verify_mode(act->scenario->request, false), NULL);
}
