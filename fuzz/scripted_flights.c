#include "scripted_flights.h"

#include <openssl/evp.h>
#include <openssl/x509.h>
#include <string.h>

#include "sharing.h"
#include "target.h"

enum {
  RANDOM_LEN = 32,
  SHARE_LEN = 32,
  SUITE_RSA_AES_128_SHA = 0x002f,
  SUITE_AES_128_GCM_SHA256 = 0x1301,
  RENEGOTIATION_INFO = 0xff01,
  SUPPORTED_VERSIONS = 43,
  KEY_SHARE = 51,
  GROUP_X25519 = 29,
  ECDSA_SECP256R1_SHA256 = 0x0403,
  TLS12 = 0x0303,
  TLS13 = 0x0304,
};

static void fill(struct flight *flight, uint8_t value, size_t len) {
  for (size_t i = 0; i < len; i++) {
    flight_number(flight, value, 1);
  }
}

static void certificate_der(struct flight *flight, const char *name) {
  struct span der = sharing_der(name);

  flight_number(flight, der.len, 3);
  flight_bytes(flight, der);
}

static size_t open_message(struct flight *flight, enum handshake_type type) {
  flight_number(flight, type, 1);
  return flight_open(flight, 3);
}

static void close_message(struct flight *flight, size_t place) {
  flight_close(flight, place, 3);
}

void scripted_flight_plain(struct flight *out, const struct protocol *protocol,
                           struct span request) {
  static struct flight messages;
  size_t message;
  size_t list;

  messages.len = 0;
  message = open_message(&messages, SERVER_HELLO);
  flight_number(&messages, (size_t)protocol->version, 2);
  fill(&messages, 0x5a, RANDOM_LEN);
  flight_number(&messages, 0, 1); /* no session_id */
  flight_number(&messages, SUITE_RSA_AES_128_SHA, 2);
  flight_number(&messages, 0, 1); /* no compression */
  flight_number(&messages, 5, 2);
  flight_number(&messages, RENEGOTIATION_INFO, 2);
  flight_number(&messages, 1, 2);
  flight_number(&messages, 0, 1);
  close_message(&messages, message);

  message = open_message(&messages, CERTIFICATE);
  list = flight_open(&messages, 3);
  certificate_der(&messages, SCRIPTED_RSA);
  flight_close(&messages, list, 3);
  close_message(&messages, message);

  flight_message(&messages, CERTIFICATE_REQUEST, request);
  flight_message(&messages, SERVER_HELLO_DONE, (struct span){0});
  flight_records(out, HANDSHAKE_RECORD, protocol->version,
                 flight_span(&messages));
}

/* legacy_session_id of a ClientHello, which a server has to echo. */
static struct span session_id(struct span client_hello) {
  size_t place = 4 + 2 + RANDOM_LEN;

  contract(client_hello.len > place &&
               client_hello.len - place > client_hello.bytes[place],
           "the ClientHello has a session_id");
  return (struct span){client_hello.bytes + place + 1,
                       client_hello.bytes[place]};
}

void scripted_flight_hello(struct flight *out, struct flight *transcript,
                           struct span client_hello) {
  struct span id = session_id(client_hello);
  size_t begin;
  size_t message;
  size_t extensions;

  flight_bytes(transcript, client_hello);
  begin = transcript->len;
  message = open_message(transcript, SERVER_HELLO);
  flight_number(transcript, TLS12, 2);
  fill(transcript, 0x5a, RANDOM_LEN);
  flight_number(transcript, id.len, 1);
  flight_bytes(transcript, id);
  flight_number(transcript, SUITE_AES_128_GCM_SHA256, 2);
  flight_number(transcript, 0, 1);
  extensions = flight_open(transcript, 2);
  flight_number(transcript, SUPPORTED_VERSIONS, 2);
  flight_number(transcript, 2, 2);
  flight_number(transcript, TLS13, 2);
  flight_number(transcript, KEY_SHARE, 2);
  flight_number(transcript, 2 + 2 + SHARE_LEN, 2);
  flight_number(transcript, GROUP_X25519, 2);
  flight_number(transcript, SHARE_LEN, 2);
  /* The base point: a public key that is as good as any. */
  flight_number(transcript, 9, 1);
  fill(transcript, 0, SHARE_LEN - 1);
  flight_close(transcript, extensions, 2);
  close_message(transcript, message);
  flight_records(
      out, HANDSHAKE_RECORD, TLS12,
      (struct span){transcript->bytes + begin, transcript->len - begin});
}

/* RFC 8446 section 4.4.3. */
static void certificate_verify(struct flight *transcript, struct pki *pki) {
  static const char context[] = "TLS 1.3, server CertificateVerify";
  uint8_t content[64 + sizeof(context) + TLS13_HASH_LEN];
  unsigned char signature[128];
  size_t signature_len = sizeof(signature);
  EVP_MD_CTX *ctx = EVP_MD_CTX_new();
  size_t message;

  memset(content, ' ', 64);
  memcpy(content + 64, context, sizeof(context)); /* with its NUL */
  contract(EVP_Digest(transcript->bytes, transcript->len,
                      content + 64 + sizeof(context), NULL, EVP_sha256(),
                      NULL) == 1 &&
               ctx != NULL &&
               EVP_DigestSignInit(ctx, NULL, EVP_sha256(), NULL,
                                  pki_key(pki, SCRIPTED_ECDSA)) == 1 &&
               EVP_DigestSign(ctx, signature, &signature_len, content,
                              sizeof(content)) == 1,
           "the server signs");
  EVP_MD_CTX_free(ctx);

  message = open_message(transcript, CERTIFICATE_VERIFY);
  flight_number(transcript, ECDSA_SECP256R1_SHA256, 2);
  flight_number(transcript, signature_len, 2);
  flight_bytes(transcript, (struct span){signature, signature_len});
  close_message(transcript, message);
}

/* Encrypts what |transcript| holds from |begin| on. */
static void encrypt(struct flight *out, struct tls13_keys *keys,
                    const struct flight *transcript, size_t begin) {
  tls13_keys_records(
      out, keys,
      (struct span){transcript->bytes + begin, transcript->len - begin});
}

void scripted_flight_request(struct flight *out, struct flight *transcript,
                             struct tls13_keys *keys, struct span request) {
  static const uint8_t no_extensions[] = {0, 0};
  size_t begin = transcript->len;

  flight_message(transcript, ENCRYPTED_EXTENSIONS,
                 (struct span){no_extensions, sizeof(no_extensions)});
  flight_message(transcript, CERTIFICATE_REQUEST, request);
  encrypt(out, keys, transcript, begin);
}

void scripted_flight_finish(struct flight *out, struct flight *transcript,
                            struct tls13_keys *keys, struct pki *pki) {
  uint8_t verify_data[TLS13_HASH_LEN];
  size_t begin = transcript->len;
  size_t message = open_message(transcript, CERTIFICATE);
  size_t list;

  flight_number(transcript, 0, 1); /* certificate_request_context */
  list = flight_open(transcript, 3);
  certificate_der(transcript, SCRIPTED_ECDSA);
  flight_number(transcript, 0, 2); /* no extensions */
  flight_close(transcript, list, 3);
  close_message(transcript, message);

  certificate_verify(transcript, pki);
  tls13_keys_finished(verify_data, keys, flight_span(transcript));
  flight_message(transcript, FINISHED,
                 (struct span){verify_data, sizeof(verify_data)});
  encrypt(out, keys, transcript, begin);
}
