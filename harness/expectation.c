#include "expectation.h"

#include <stdlib.h>
#include <string.h>

#define CALL(prefix)                                                     \
  {prefix "ssl", "name of the SSL object that the call was made for"},   \
      {prefix "x509_null", "whether *x509 was NULL on entry"},           \
      {prefix "pkey_null", "whether *pkey was NULL on entry"},           \
      {prefix "return", "what the call returned"},                       \
      {prefix "ca_list", "SSL_get_client_CA_list during the call"},      \
      {prefix "want", "SSL_want during the call, by symbol"},            \
      {prefix "state", "SSL_get_state during the call, by symbol"},      \
      {prefix "in_init", "SSL_in_init during the call"},                 \
      {prefix "peer_certificate", "the server's certificate: PKI name"}, \
      {prefix "version", "SSL_get_version during the call"},             \
      {prefix "certificate_types", "SSL_get0_certificate_types"}, {      \
    prefix "signature_algorithms", "SSL_get_sigalgs: the peer's"         \
  }

#define HANDSHAKE(prefix)                                                   \
  {prefix "version", "protocol version"},                                   \
      {prefix "cipher_suite", "IANA name"},                                 \
      {prefix "resumed", "whether a session was resumed"},                  \
      {prefix "certificate_message", "whether a Certificate message came"}, \
      {prefix "certificates",                                               \
       "null (no message), [] (an empty one) or PKI names in order"},       \
      {prefix "certificate_verify", "null, valid, invalid, unknown"},       \
      {prefix "certificate_verify_algorithm", "IANA name or null"},         \
      {prefix "finished", "client Finished: null, valid, invalid"},         \
      {prefix "certificate_request_context",                                \
       "hex, of the client's Certificate (TLS 1.3)"},                       \
      {prefix "certificate_authorities",                                    \
       "names that the last CertificateRequest carried"},                   \
      {prefix "messages", "handshake messages received, in order"},         \
      {prefix "requests_sent", "number of CertificateRequests sent"}, {     \
    prefix "alerts", "alerts received: [\"fatal handshake_failure\"]"       \
  }

static const struct expectation_about table[] = {
    {"return", "what the API function returned"},
    {"error", "SSL_get_error right after it, by symbol"},
    {"want", "SSL_want, by symbol"},
    {"reasons", "the error queue, oldest first, by symbol"},
    {"bio_flags",
     "of a BIO_f_ssl: should_read, should_write, should_io_special, "
     "should_retry; null after other steps"},
    {"bio_retry_reason", "BIO_get_retry_reason, by symbol, or null"},
    {"callback_calls", "calls of the client_cert_cb so far"},
    {"cert_cb_calls", "calls of the cert_cb so far"},
    {"engine_calls", "calls of the ENGINE's function so far"},
    {"unscripted_calls", "calls beyond the script so far"},
    {"ssl_callback_calls", "calls of the client_cert_cb for this SSL object"},
    {"bytes_sent", "bytes that this step sent"},
    {"bytes_received", "bytes that this step received"},
    {"messages_sent", "handshake messages that this step sent"},
    {"messages_received", "handshake messages that this step received"},
    {"alerts_sent", "alerts that this step sent"},
    {"alerts_received", "alerts that this step received"},
    {"state", "SSL_get_state, by symbol"},
    {"in_init", "SSL_in_init"},
    {"finished", "SSL_is_init_finished"},
    {"version", "SSL_get_version"},
    {"reused", "SSL_session_reused"},
    {"certificate", "PKI name of SSL_get_certificate, or null"},
    {"private_key", "PKI name of SSL_get_privatekey, or null"},
    {"check_private_key", "SSL_check_private_key: 1 or 0"},
    {"ctx_certificate", "PKI name of the SSL_CTX's certificate, or null"},
    {"callback_registered",
     "SSL_CTX_get_client_cert_cb: \"scripted\", \"other\" or null"},
    {"ca_list", "SSL_get_client_CA_list: null, or names"},
    {"peer_certificate", "PKI name or null"},
    {"shutdown", "SSL_get_shutdown: [] to [\"sent\", \"received\"]"},
    {"pending", "SSL_pending"},
    {"data", "text that this step read"},
    {"info_exits",
     "what the info callback saw SSL_connect return in this step"},
    {"status_callback_calls", "calls of the certificate status callback"},
    {"certificate_is_handed",
     "SSL_get_certificate gives the callback's object"},
    {"private_key_is_handed", "SSL_get_privatekey gives the callback's object"},
    {"certificates_freed", "certificates of the callback freed by now"},
    {"keys_freed", "keys of the callback freed by now"},
    {"certificates_handed", "certificates handed over so far"},
    {"keys_handed", "keys handed over so far"},
    {"other_callback_calls", "calls of the second callback so far"},
    {"certificates_freed_at_end", "the same, after everything was freed"},
    {"keys_freed_at_end", "the same, after everything was freed"},
    {"timed_out", "whether the connection has met its deadline"},
    {"callback[N].ctx", "name of the SSL_CTX whose callback was called"},
    {"callback[N].steps", "what the steps of \"do\" came to"},
    {"callback[N].steps[N].return", "what the API function returned"},
    {"callback[N].steps[N].error", "SSL_get_error right after it, by symbol"},
    {"cert_cb[N].ctx", "name of the SSL_CTX whose callback was called"},
    {"cert_cb[N].steps", "what the steps of \"do\" came to"},
    {"cert_cb[N].steps[N].return", "what the API function returned"},
    {"cert_cb[N].steps[N].error", "SSL_get_error right after it, by symbol"},
    CALL("callback[N]."),
    CALL("cert_cb[N]."),
    {"engine[N].ctx", "name of the SSL_CTX whose engine was asked"},
    CALL("engine[N]."),
    HANDSHAKE("server."),
    {"server.end", "how the connection ended for the server"},
    {"server.detail", "that in words"},
    {"server.application_data", "text received"},
    HANDSHAKE("server.handshakes[N]."),
    {"server.handshakes[N].kind", "initial or renegotiation"},
    {"server.handshakes[N].hello_retry_request", "whether one was sent"},
    {"server.handshakes[N].pre_shared_key", "null, resumption, external"},
    {"server.handshakes[N].binder", "null, valid, invalid"},
    {"server.handshakes[N].early_data", "null (none offered) or the answer"},
    {"server.handshakes[N].early_application_data", "0-RTT text received"},
    {"server.handshakes[N].client_hello.version", "of the ClientHello"},
    {"server.handshakes[N].client_hello.cipher_suites", "of the ClientHello"},
    {"server.handshakes[N].client_hello.extensions", "of the ClientHello"},
    {"server.handshakes[N].client_hello.signature_algorithms",
     "of the ClientHello"},
    {"server.handshakes[N].client_hello.post_handshake_auth",
     "whether the ClientHello offers it"},
    {"server.handshakes[N].client_hello.session_id_length",
     "bytes of the ClientHello's session id"},
    {"server.post_handshake", "list of answers to requests after handshakes"},
    {"server.post_handshake[N].context", "hex, of the client's Certificate"},
    {"server.post_handshake[N].known_context", "whether we asked with it"},
    {"server.post_handshake[N].certificates", "PKI names in order"},
    {"server.post_handshake[N].certificate_verify", "null, valid, invalid"},
    {"server.post_handshake[N].certificate_verify_algorithm", "IANA name"},
    {"server.post_handshake[N].finished", "null, valid, invalid"},
    {"server.post_handshake[N].between", "what came between its messages"},
};

enum { NUM_NAMES = sizeof(table) / sizeof(table[0]) };

const struct expectation_about *judge_expectations(size_t *out_num) {
  *out_num = NUM_NAMES;
  return table;
}

/* Takes "[12]" off |*path|. */
static int take_index(const char **path) {
  const char *at = *path;
  size_t num_digits = *at == '[' ? strspn(at + 1, "0123456789") : 0;

  if (num_digits == 0 || num_digits > 6 || at[num_digits + 1] != ']') {
    return 0;
  }

  *path = at + num_digits + 2;
  return 1;
}

/* Takes |word| and an index off |*path|. */
static int take_indexed(const char **path, const char *word) {
  size_t word_len = strlen(word);
  const char *at = *path + word_len;

  if (strncmp(*path, word, word_len) != 0 || !take_index(&at)) {
    return 0;
  }

  *path = at;
  return 1;
}

static int matches(const char *name, const char *path) {
  while (*name != '\0') {
    if (strncmp(name, "[N]", 3) == 0) {
      if (!take_index(&path)) {
        return 0;
      }
      name += 3;
      continue;
    }
    if (*name++ != *path++) {
      return 0;
    }
  }

  return *path == '\0' || (take_index(&path) && *path == '\0');
}

static int in_table(const char *path, int plain_only) {
  for (size_t i = 0; i < NUM_NAMES; i++) {
    if (plain_only && strchr(table[i].name, '.') != NULL) {
      continue;
    }
    if (matches(table[i].name, path)) {
      return 1;
    }
  }

  return 0;
}

/* "server[3].end" is "server.end" of another connection. */
static int of_connection(const char *path) {
  static const char prefix[] = "server";

  if (!take_indexed(&path, prefix) || *path != '.') {
    return 0;
  }
  for (size_t i = 0; i < NUM_NAMES; i++) {
    if (strncmp(table[i].name, "server.", 7) == 0 &&
        matches(table[i].name + sizeof(prefix) - 1, path)) {
      return 1;
    }
  }

  return 0;
}

int expectation_known(const char *path, enum expectation_scope scope) {
  const char *rest = path;

  if (take_indexed(&rest, "steps")) {
    return scope == EXPECTATION_OF_END && *rest == '.' && in_table(rest + 1, 1);
  }

  return in_table(path, 0) || of_connection(path);
}

long expectation_step(const char *path) {
  const char *rest = path;

  return take_indexed(&rest, "steps")
             ? strtol(path + strlen("steps["), NULL, 10)
             : -1;
}
