#include "client_keys.h"

#include <string.h>

#include "cmocka_all.h"
#include "loaded_pki.h"

#define NUM(array) (sizeof(array) / sizeof((array)[0]))

static int check(const char *text, struct certspec_error *error) {
  json_t *keys = json_loads(text, 0, NULL);
  assert_non_null(keys);
  int right = client_keys_check(keys, pki, "client", error);
  json_decref(keys);
  return right;
}

static void test_good_keys(void **state) {
  static const char *const TEXTS[] = {
      "{}",
      "{\"callback\": [{\"return\": 0}], \"cert_cb\": [{\"return\": 1}]}",
      "{\"certificate\": \"rsa-leaf\", \"key\": null}",
      "{\"key\": \"rsa-leaf:public\"}",
      "{\"chain\": [\"rsa-root\"], \"trust\": [], \"verify\": true}",
      "{\"options\": [\"SSL_OP_NO_TICKET\", \"SSL_OP_NO_RENEGOTIATION\"]}",
      ("{\"modes\": [\"SSL_MODE_NO_AUTO_CHAIN\"],"
       " \"cert_flags\": [\"SSL_CERT_FLAG_TLS_STRICT\"]}"),
      "{\"io\": \"lockstep\", \"transport\": \"tcp\", \"security_level\": 2}",
      "{\"contexts\": {\"b\": {\"callback\": [], \"max_cert_list\": 100}}}",
      "{\"psk_client\": {\"identity\": \"a\", \"key\": \"00ff\"}}",
      ("{\"psk_use_session\": {\"identity\": \"a\", \"key\": \"00\","
       " \"ciphersuite\": \"TLS_AES_256_GCM_SHA384\","
       " \"max_early_data\": 9}}"),
  };
  (void)state;
  for (size_t i = 0; i < NUM(TEXTS); i++) {
    struct certspec_error error = {""};
    if (!check(TEXTS[i], &error)) {
      fail_msg("%s: %s", TEXTS[i], error.text);
    }
  }
}

static void test_bad_keys_are_named(void **state) {
  static const struct {
    const char *text;
    const char *cause;
  } ROWS[] = {
      {"[]", "client: not an object"},
      {"{\"calback\": []}", "client: unknown key \"calback\""},
      {"{\"callback\": 1}", "client.callback is no list"},
      {"{\"cert_cb\": [{\"return\": 1, \"key\": \"rsa-leaf\"}]}",
       "client.cert_cb[0]"},
      {"{\"certificate\": null}", "client.certificate: a certificate"},
      {"{\"certificate\": \"nobody\"}", "no certificate \"nobody\""},
      {"{\"ssl_key\": 7}", "client.ssl_key: a key"},
      {"{\"trust\": \"rsa-root\"}", "client.trust: not a list"},
      {"{\"chain\": [\"nobody\"]}", "\"nobody\""},
      {"{\"verify\": 1}", "client.verify: not a boolean"},
      {"{\"options\": [\"SSL_OP_FLY\"]}", "unknown \"SSL_OP_FLY\""},
      {"{\"options\": \"SSL_OP_NO_TICKET\"}", "client.options: not a list"},
      {"{\"modes\": [1]}", "client.modes: not a name"},
      {"{\"cert_flags\": [\"SSL_MODE_ASYNC\"]}", "\"SSL_MODE_ASYNC\""},
      {"{\"security_level\": -1}", "client.security_level: not a number"},
      {"{\"groups\": [\"x25519\"]}", "client.groups: not a text"},
      {"{\"io\": \"fast\"}", "client.io: unknown \"fast\""},
      {"{\"transport\": \"udp\"}", "client.transport: unknown \"udp\""},
      {"{\"psk_client\": 1}", "client.psk_client: \"identity\""},
      {"{\"psk_client\": {\"identity\": \"\", \"key\": \"00\"}}",
       "\"identity\" is a text"},
      {"{\"psk_client\": {\"identity\": \"a\", \"key\": \"0\"}}",
       "\"key\" is hex"},
      {"{\"psk_client\": {\"identity\": \"a\", \"key\": \"AA\"}}",
       "\"key\" is hex"},
      {"{\"psk_client\": {\"identity\": \"a\", \"key\": \"00\","
       " \"max_early_data\": 1}}",
       "unknown key \"max_early_data\""},
      {"{\"psk_use_session\": {\"identity\": \"a\", \"key\": \"00\","
       " \"ciphersuite\": \"X\"}}",
       "\"ciphersuite\" is none"},
      {"{\"psk_use_session\": {\"identity\": \"a\", \"key\": \"00\","
       " \"max_early_data\": -1}}",
       "\"max_early_data\" is a number"},
      {"{\"contexts\": []}", "client.contexts: not an object"},
      {"{\"contexts\": {\"ctx\": {}}}", "is the first one's name"},
      {"{\"contexts\": {\"b\": {\"io\": \"lockstep\"}}}", "for the whole case"},
      {"{\"contexts\": {\"b\": {\"kee\": 1}}}", "client.contexts.b: unknown"},
  };
  (void)state;
  for (size_t i = 0; i < NUM(ROWS); i++) {
    struct certspec_error error = {""};
    if (check(ROWS[i].text, &error) ||
        strstr(error.text, ROWS[i].cause) == NULL) {
      fail_msg("%s: \"%s\"", ROWS[i].text, error.text);
    }
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_good_keys),
      cmocka_unit_test(test_bad_keys_are_named),
  };
  return cmocka_run_group_tests(tests, load_pki, free_pki);
}
