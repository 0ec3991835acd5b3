/* The bare handshakes that others are measured against. */
#include "pair.h"

#include <string.h>

#include "cmocka_all.h"
#include "loaded_pki.h"
#include "pair_end.h"

static struct pair_setting setting_of(const char *protocol) {
  return (struct pair_setting){.protocol = protocol_find(protocol),
                               .pki = pki,
                               .client = "rsa-leaf",
                               .server = "server-ecdsa"};
}

static void handshakes_on_each_protocol(void **state) {
  size_t num;
  const struct protocol *table = protocol_table(&num);

  (void)state;
  for (size_t i = 0; i < num; i++) {
    struct pair_setting setting = setting_of(table[i].name);
    struct certspec_error error = {""};
    double seconds = 0;

    if (table[i].kind == PROTOCOL_QUIC || subject_has(table[i].feature) != 1) {
      continue;
    }
    if (!pair_handshakes(&setting, 3, &seconds, &error)) {
      fail_msg("%s: %s", table[i].name, error.text);
    }
    assert_true(seconds > 0);
  }
}

static void key_that_is_not_the_servers_is_an_error(void **state) {
  struct pair_setting setting = setting_of("TLSv1.2");
  struct certspec_error error = {""};
  double seconds;

  (void)state;
  setting.server = "ed25519-leaf-public";
  assert_false(pki_has(pki, setting.server));
  assert_false(pair_handshakes(&setting, 1, &seconds, &error));
  assert_non_null(strstr(error.text, "TLSv1.2"));
}

static void note_message(int sent, int version, int content_type,
                         const void *message, size_t message_len, SSL *ssl,
                         void *argument) {
  const unsigned char *bytes = message;
  unsigned *num_asked = argument;

  (void)version;
  (void)ssl;
  if (!sent && content_type == SSL3_RT_HANDSHAKE && message_len > 0) {
    *num_asked += bytes[0] == DTLS1_MT_HELLO_VERIFY_REQUEST;
  }
}

/* The number of cookies that a client is asked for. */
static unsigned cookies_asked_for(bool ask) {
  const struct protocol *protocol = protocol_find("DTLSv1.2");
  SSL_CTX *client_ctx = pair_new_ctx(protocol, false, false);
  SSL_CTX *server_ctx = pair_new_ctx(protocol, true, false);
  unsigned num_asked = 0;

  assert_true(client_ctx != NULL && server_ctx != NULL);
  if (ask) {
    subject_ask_for_cookies(server_ctx);
  }
  assert_int_equal(
      SSL_CTX_use_certificate(server_ctx, pki_certificate(pki, "server-ecdsa")),
      1);
  assert_int_equal(
      SSL_CTX_use_PrivateKey(server_ctx, pki_key(pki, "server-ecdsa")), 1);
  SSL_CTX_set_msg_callback(client_ctx, note_message);
  SSL_CTX_set_msg_callback_arg(client_ctx, &num_asked);
  SSL *client = SSL_new(client_ctx);
  SSL *server = SSL_new(server_ctx);
  assert_true(pair_join(client, server, NULL, NULL));
  for (int turn = 0; turn < 8; turn++) {
    (void)SSL_do_handshake(client);
    (void)SSL_do_handshake(server);
  }

  assert_true(SSL_is_init_finished(client));
  assert_true(SSL_is_init_finished(server));
  SSL_free(client);
  SSL_free(server);
  SSL_CTX_free(client_ctx);
  SSL_CTX_free(server_ctx);
  return num_asked;
}

static void server_asks_for_a_cookie_when_told_to(void **state) {
  (void)state;
  assert_int_equal(cookies_asked_for(false), 0);
  assert_int_equal(cookies_asked_for(true), 1);
}

int main(void) {
  static const struct CMUnitTest tests[] = {
      cmocka_unit_test(handshakes_on_each_protocol),
      cmocka_unit_test(key_that_is_not_the_servers_is_an_error),
      cmocka_unit_test(server_asks_for_a_cookie_when_told_to),
  };

  return cmocka_run_group_tests(tests, start_and_load_pki, free_pki);
}
