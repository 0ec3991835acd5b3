/* configuration: what a client and a server are configured with, in words, each
 * one call of the API: chains, stores, strict checks, Suite B, CA lists. After
 * each handshake, what arrived is held against what was configured. */
#include <openssl/err.h>
#include <string.h>

#include "configuration_end.h"
#include "determinism.h"
#include "pair_end.h"
#include "subject.h"
#include "target.h"

enum {
  MAX_TEXT = 1000,
  MAX_TURNS = 64,
  EXTENSION_ALGORITHMS = 13,             /* signature_algorithms */
  EXTENSION_CERTIFICATE_ALGORITHMS = 50, /* signature_algorithms_cert */
  UNKNOWN_EXTENSION = 0xfa,
  MESSAGE_TYPE = 5,
  CLIENT_HELLO_BEGIN = 5 + 4 + 2 + 32, /* record, message, version, random */
};

static struct pki *pki;

const char *configuration_known(struct pki *all, const char *name) {
  X509 *x509 = pki_certificate(all, name);

  return x509 == NULL || pki_key(all, name) == NULL
             ? NULL
             : pki_name_of_certificate(all, x509);
}

/* The names of the request are those of SSL_set_client_CA_list, or else those
 * of SSL_set0_CA_list: SSL_CTX_set0_CA_list(3). */
static void check_names(const struct configuration_pair *pair) {
  const STACK_OF(X509_NAME) *seen = SSL_get0_peer_CA_list(pair->client.ssl);
  const STACK_OF(X509_NAME) *want = SSL_get_client_CA_list(pair->server.ssl);

  if (want == NULL || sk_X509_NAME_num(want) == 0) {
    want = SSL_get0_CA_list(pair->server.ssl);
  }

  int num = want == NULL ? 0 : sk_X509_NAME_num(want);
  contract((seen == NULL ? 0 : sk_X509_NAME_num(seen)) == num,
           "the request has the server's %d names", num);
  for (int i = 0; i < num; i++) {
    contract(X509_NAME_cmp(sk_X509_NAME_value(seen, i),
                           sk_X509_NAME_value(want, i)) == 0,
             "name %d of the request is the server's", i);
  }
}

static int give_certificate(SSL *ssl, X509 **x509, EVP_PKEY **pkey) {
  struct configuration_end *end = SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl));
  struct configuration_pair *pair = end->pair;

  contract(!end->server, "the callback is the client's");
  contract(pair->requested, "no call without a request");
  contract(*x509 == NULL && *pkey == NULL, "nothing in the out pointers");
  if (!pair->server.odd_names) {
    check_names(pair);
  }
  pair->calls++;
  /* What comes with a negative answer is not taken, and not freed. */
  if (pair->given != NULL && pair->answer >= 0) {
    *x509 = pki_new_certificate(pki, pair->given);
    *pkey = pki_new_key(pki, pair->given);
    contract(*x509 != NULL && *pkey != NULL &&
                 subject_on_certificate_freed(*x509, &pair->certificates_freed),
             "%s can be made", pair->given);
    pair->certificates_given++;
  }
  return pair->answer;
}

static void begin_end(struct configuration_end *end,
                      struct configuration_pair *pair, bool server) {
  end->pair = pair;
  end->server = server;
  end->auto_chain = true;
  end->refused = -1;
  end->ctx = pair_new_ctx(pair->protocol, server, true);
  contract(end->ctx != NULL, "an SSL_CTX can be made");
  SSL_CTX_set_app_data(end->ctx, end);
}

static void begin(struct configuration_pair *pair) {
  begin_end(&pair->client, pair, false);
  begin_end(&pair->server, pair, true);
  SSL_CTX_set_client_cert_cb(pair->client.ctx, give_certificate);
}

static void end(struct configuration_pair *pair) {
  SSL_free(pair->client.ssl);
  SSL_free(pair->server.ssl);
  SSL_SESSION_free(pair->session);
  SSL_CTX_free(pair->client.ctx);
  SSL_CTX_free(pair->server.ctx);
  ERR_clear_error();
  contract(pair->certificates_given == pair->certificates_freed,
           "%u certificates given, %u freed", pair->certificates_given,
           pair->certificates_freed);
}

static void look_at_message(int sent, int version, int type, const void *bytes,
                            size_t len, SSL *ssl, void *argument) {
  struct configuration_pair *pair = argument;

  (void)version;
  (void)ssl;
  if (!sent && type == SSL3_RT_HANDSHAKE && len > 0 &&
      *(const unsigned char *)bytes == SSL3_MT_CERTIFICATE_REQUEST) {
    pair->requested = true;
  }
}

void configuration_open(struct configuration_pair *pair) {
  if (pair->client.ssl != NULL) {
    return;
  }

  pair->requested = pair->altered = pair->arrived = false;
  pair->client.ssl = SSL_new(pair->client.ctx);
  pair->server.ssl = SSL_new(pair->server.ctx);
  contract(pair->client.ssl != NULL && pair->server.ssl != NULL &&
               pair_join(pair->client.ssl, pair->server.ssl, &pair->client.bio,
                         &pair->server.bio),
           "a pair can be made");
  SSL_set_msg_callback(pair->client.ssl, look_at_message);
  SSL_set_msg_callback_arg(pair->client.ssl, pair);
}

void configuration_check(struct configuration_end *end, const char *name,
                         const char *key_name) {
  STACK_OF(X509) *chain = NULL;
  X509 *x509 = pki_certificate(pki, name);
  EVP_PKEY *key = pki_key(pki, key_name);

  /* The client's CertificateRequest, or the cipher suite that the server has
   * chosen of the ClientHello; SSL_clear takes it away. */
  if (SSL_get_pending_cipher(end->ssl) == NULL ||
      (!end->server && !end->pair->requested)) {
    return;
  }

  SSL_CTX_get_extra_chain_certs_only(end->ctx, &chain);
  int flags = SSL_check_chain(end->ssl, x509, key, chain);

  contract((x509 != NULL && key != NULL) || flags == 0,
           "nothing cannot be used: %d", flags);
  contract((flags & CERT_PKEY_VALID) == 0 ||
               ((flags & CERT_PKEY_EE_SIGNATURE) != 0 &&
                (flags & CERT_PKEY_EE_PARAM) != 0),
           "a chain that can be used has a good certificate: %x",
           (unsigned)flags);
  determinism_trace(&flags, sizeof(flags));
}

static size_t number(const unsigned char *bytes) {
  return (size_t)bytes[0] << 8 | bytes[1];
}

static void add_to_number(unsigned char *bytes, size_t value) {
  value += number(bytes);
  bytes[0] = (unsigned char)(value >> 8);
  bytes[1] = (unsigned char)value;
}

/* Where the length of the extensions stands in a record with a ClientHello, or
 * 0. RFC 5246 section 7.4.1.2. */
static size_t extensions_of(const unsigned char *record, size_t len) {
  size_t at = CLIENT_HELLO_BEGIN;

  if (len < at + 1) {
    return 0;
  }
  at += 1 + (size_t)record[at]; /* session_id */
  if (len < at + 2) {
    return 0;
  }
  at += 2 + number(record + at); /* cipher_suites */
  if (len < at + 1) {
    return 0;
  }
  at += 1 + (size_t)record[at]; /* compression_methods */
  return at + 2 <= len ? at : 0;
}

/* Gives signature_algorithms another number: what an old client sends. */
static bool hide_algorithms(unsigned char *record, size_t len, size_t at) {
  for (at += 2; at + 4 <= len; at += 4 + number(record + at + 2)) {
    if (number(record + at) == EXTENSION_ALGORITHMS) {
      record[at] = UNKNOWN_EXTENSION;
      return true;
    }
  }

  return false;
}

/* Appends signature_algorithms_cert with an algorithm that nobody knows. */
static size_t add_algorithms(unsigned char *record, size_t len, size_t at) {
  static const unsigned char extension[] = {
      0, EXTENSION_CERTIFICATE_ALGORITHMS, 0, 4, 0, 2, UNKNOWN_EXTENSION, 1};

  memcpy(record + len, extension, sizeof(extension));
  add_to_number(record + 3, sizeof(extension)); /* of the record */
  add_to_number(record + 7, sizeof(extension)); /* of the message */
  add_to_number(record + at, sizeof(extension));
  return len + sizeof(extension);
}

/* Changes the ClientHello that is on its way, if it is all that is. */
static void alter(struct configuration_pair *pair) {
  static unsigned char record[1 << 14];
  size_t pending = BIO_ctrl_pending(pair->server.bio);
  size_t at;

  if (pending <= CLIENT_HELLO_BEGIN || pending > sizeof(record) / 2) {
    return;
  }

  contract(BIO_read(pair->server.bio, record, (int)pending) == (int)pending,
           "what is pending can be read");
  at = record[0] == SSL3_RT_HANDSHAKE &&
               record[MESSAGE_TYPE] == SSL3_MT_CLIENT_HELLO
           ? extensions_of(record, pending)
           : 0;
  if (at != 0 && pair->hide_algorithms) {
    pair->altered |= hide_algorithms(record, pending, at);
  }
  if (at != 0 && pair->add_certificate_algorithms) {
    pending = add_algorithms(record, pending, at);
    pair->altered = true;
  }

  pair->hide_algorithms = pair->add_certificate_algorithms = false;
  contract(BIO_write(pair->client.bio, record, (int)pending) == (int)pending,
           "what was taken out fits in again");
}

/* SSL_read takes messages after the handshake, too. */
static void go_on(struct configuration_end *end) {
  char byte;

  ERR_clear_error();
  int result = SSL_is_init_finished(end->ssl) ? SSL_read(end->ssl, &byte, 1)
                                              : SSL_do_handshake(end->ssl);
  int error = SSL_get_error(end->ssl, result);

  determinism_trace(&error, sizeof(error));
  ERR_clear_error();
}

/* What may change in a turn. */
struct progress {
  size_t to_client;
  size_t to_server;
  uint64_t read;
  uint64_t written;
};

static struct progress progress(const struct configuration_pair *pair) {
  return (struct progress){
      .to_client = BIO_ctrl_pending(pair->client.bio),
      .to_server = BIO_ctrl_pending(pair->server.bio),
      .read = BIO_number_read(pair->server.bio),
      .written = BIO_number_written(pair->server.bio),
  };
}

bool configuration_turn(struct configuration_pair *pair) {
  struct progress before = progress(pair);

  go_on(&pair->client);
  if (pair->hide_algorithms || pair->add_certificate_algorithms) {
    alter(pair);
  }
  go_on(&pair->server);
  struct progress now = progress(pair);
  return memcmp(&before, &now, sizeof(now)) != 0;
}

static void shake_hands(struct configuration_pair *pair) {
  int turn = 0;

  configuration_open(pair);
  while (turn < MAX_TURNS && configuration_turn(pair)) {
    turn++;
  }
}

static bool is_one_of(X509 *x509, const struct configuration_names *names,
                      const char **out_name) {
  for (size_t i = 0; i < names->num; i++) {
    if (X509_cmp(pki_certificate(pki, names->all[i]), x509) == 0) {
      *out_name = names->all[i];
      return true;
    }
  }

  return false;
}

/* The certificate among |names| that issued |x509|, or NULL. */
static X509 *issuer_of(X509 *x509, const struct configuration_names *names) {
  for (size_t i = 0; i < names->num; i++) {
    X509 *one = pki_certificate(pki, names->all[i]);

    if (X509_NAME_cmp(X509_get_subject_name(one), X509_get_issuer_name(x509)) ==
        0) {
      return one;
    }
  }

  return NULL;
}

/* SSL_CTX_add_extra_chain_cert(3), SSL_CTX_set1_chain_cert_store(3),
 * SSL_CTX_set_mode(3): the extra certificates, or else, unless that is turned
 * off, what the stores give. */
static X509 *expected(const struct configuration_end *client, X509 *before,
                      size_t index) {
  if (client->extra.num > 0) {
    return index < client->extra.num
               ? pki_certificate(pki, client->extra.all[index])
               : NULL;
  }
  if (!client->auto_chain || X509_NAME_cmp(X509_get_subject_name(before),
                                           X509_get_issuer_name(before)) == 0) {
    return NULL;
  }

  return issuer_of(before, &client->stored);
}

static void check_chain(const struct configuration_end *client, X509 *leaf,
                        const STACK_OF(X509) * chain) {
  X509 *before = leaf;
  size_t index = 0;

  /* The server's view begins behind the leaf: SSL_get_peer_cert_chain(3). */
  for (int i = 0; i < sk_X509_num(chain); i++) {
    X509 *one = sk_X509_value(chain, i);
    X509 *want = expected(client, before, index++);

    contract(want != NULL && X509_cmp(one, want) == 0,
             "certificate %zu of the chain is not the one that was set", index);
    before = one;
  }
  contract(expected(client, before, index) == NULL,
           "the chain ends after %zu, too early", index);
}

/* In strict mode a client up to TLS 1.2 sends no certificate whose issuers the
 * request does not name: SSL_CTX_set_cert_flags(3). */
static void check_strict(const struct configuration_pair *pair, X509 *leaf) {
  const STACK_OF(X509_NAME) *names = SSL_get0_peer_CA_list(pair->client.ssl);

  if (!pair->client.strict || pair->client.odd_chain ||
      pair->protocol->version == TLS1_3_VERSION || names == NULL ||
      sk_X509_NAME_num(names) == 0) {
    return;
  }
  for (int i = 0; i < sk_X509_NAME_num(names); i++) {
    if (X509_NAME_cmp(sk_X509_NAME_value(names, i),
                      X509_get_issuer_name(leaf)) == 0) {
      return;
    }
  }
  contract(false, "strict, yet the issuer is none of those that are named");
}

/* A certificate that arrives on a connection for the first time. */
static void check_arrival(const struct configuration_pair *pair, X509 *leaf) {
  const struct configuration_end *client = &pair->client;

  contract(pair->requested || pair->session != NULL,
           "a certificate only on request");
  if (!client->odd_leaf && !client->odd_chain && pair->session == NULL) {
    check_chain(client, leaf, SSL_get_peer_cert_chain(pair->server.ssl));
    check_strict(pair, leaf);
  }
}

static void check(struct configuration_pair *pair) {
  X509 *leaf = subject_peer_certificate(pair->server.ssl);
  const char *name = NULL;

  contract(leaf == NULL || pair->client.odd_leaf ||
               is_one_of(leaf, &pair->client.certificates, &name),
           "only a certificate that was set or given arrives");
  if (leaf != NULL && !pair->arrived) {
    check_arrival(pair, leaf);
    pair->arrived = true;
  }
  contract(!pair->altered || !SSL_is_init_finished(pair->client.ssl) ||
               !SSL_is_init_finished(pair->server.ssl),
           "no handshake is finished whose messages were changed");
  determinism_trace(&pair->calls, sizeof(pair->calls));
  X509_free(leaf);
}

static int perform(struct configuration_pair *pair, char *next) {
  const char *protocol = strsep(&next, " ");
  int ok = 1;

  pair->protocol = protocol_find(protocol);
  if (pair->protocol == NULL || pair->protocol->kind == PROTOCOL_QUIC ||
      subject_has(pair->protocol->feature) != 1) {
    return 0;
  }

  begin(pair);
  while (ok && next != NULL) {
    char *word = strsep(&next, " ");

    if (strcmp(word, "shake") == 0) {
      shake_hands(pair);
      check(pair);
    } else {
      ok = configuration_perform(pair, word);
    }
  }
  end(pair);
  return ok;
}

int LLVMFuzzerInitialize(int *argc, char ***argv) {
  struct certspec_error error;

  (void)argc;
  (void)argv;
  determinism_start();
  contract(subject_start(&error), "%s", error.text);
  determinism_begin();
  pki = target_load_pki();
  return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct configuration_pair pair = {.pki = pki};
  char text[MAX_TEXT + 1];

  if (size == 0 || size > MAX_TEXT || memchr(data, 0, size) != NULL) {
    return -1;
  }

  memcpy(text, data, size);
  text[size - (data[size - 1] == '\n')] = '\0';
  determinism_begin();
  return perform(&pair, text) ? 0 : -1;
}
