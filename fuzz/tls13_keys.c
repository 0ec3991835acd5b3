#include "tls13_keys.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <string.h>

#include "target.h"

enum { TAG_LEN = 16, HEADER_LEN = 5, LEGACY_VERSION = 0x0303 };

static void hmac(uint8_t *out, const uint8_t *key, struct span message) {
  unsigned out_len = 0;

  contract(HMAC(EVP_sha256(), key, TLS13_HASH_LEN, message.bytes, message.len,
                out, &out_len) != NULL &&
               out_len == TLS13_HASH_LEN,
           "HMAC-SHA256 works");
}

/* HKDF-Expand-Label with no context; one block is enough for all lengths. */
static void expand_label(uint8_t *out, size_t out_len, const uint8_t *secret,
                         const char *label) {
  uint8_t info[64];
  uint8_t block[TLS13_HASH_LEN];
  size_t label_len = strlen(label);
  size_t len = 0;

  info[len++] = 0;
  info[len++] = (uint8_t)out_len;
  info[len++] = (uint8_t)(strlen("tls13 ") + label_len);
  memcpy(info + len, "tls13 ", strlen("tls13 "));
  len += strlen("tls13 ");
  memcpy(info + len, label, label_len);
  len += label_len;
  info[len++] = 0;
  info[len++] = 1; /* the block's number */
  hmac(block, secret, (struct span){info, len});
  memcpy(out, block, out_len);
}

void tls13_keys_learn(struct tls13_keys *keys, const char *line) {
  static const char label[] = "SERVER_HANDSHAKE_TRAFFIC_SECRET ";
  const char *hex = strrchr(line, ' ');
  unsigned char *secret;
  long len;

  if (strncmp(line, label, strlen(label)) != 0 || hex == NULL) {
    return;
  }

  secret = OPENSSL_hexstr2buf(hex + 1, &len);
  contract(secret != NULL && len == TLS13_HASH_LEN,
           "the key log holds a secret of SHA-256's length");
  memcpy(keys->secret, secret, TLS13_HASH_LEN);
  OPENSSL_free(secret);
  expand_label(keys->key, TLS13_KEY_LEN, keys->secret, "key");
  expand_label(keys->iv, TLS13_IV_LEN, keys->secret, "iv");
  keys->num_records = 0;
  keys->known = 1;
}

void tls13_keys_finished(uint8_t *out, const struct tls13_keys *keys,
                         struct span transcript) {
  uint8_t key[TLS13_HASH_LEN];
  uint8_t hash[TLS13_HASH_LEN];

  expand_label(key, TLS13_HASH_LEN, keys->secret, "finished");
  contract(EVP_Digest(transcript.bytes, transcript.len, hash, NULL,
                      EVP_sha256(), NULL) == 1,
           "SHA-256 works");
  hmac(out, key, (struct span){hash, TLS13_HASH_LEN});
}

/* Encrypts what |flight| holds from |begin| on: a header, and the content. */
static void seal(struct flight *flight, size_t begin, struct tls13_keys *keys) {
  uint8_t *header = flight->bytes + begin;
  uint8_t *content = header + HEADER_LEN;
  int len = (int)(flight->len - begin - HEADER_LEN);
  uint8_t nonce[TLS13_IV_LEN];
  uint8_t tag[TAG_LEN];
  EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
  int out_len;

  memcpy(nonce, keys->iv, TLS13_IV_LEN);
  for (size_t i = 0; i < sizeof(keys->num_records); i++) {
    nonce[TLS13_IV_LEN - 1 - i] ^= (uint8_t)(keys->num_records >> (8 * i));
  }
  keys->num_records++;

  contract(
      ctx != NULL &&
          EVP_EncryptInit_ex(ctx, EVP_aes_128_gcm(), NULL, keys->key, nonce) &&
          EVP_EncryptUpdate(ctx, NULL, &out_len, header, HEADER_LEN) &&
          EVP_EncryptUpdate(ctx, content, &out_len, content, len) &&
          EVP_EncryptFinal_ex(ctx, tag, &out_len) &&
          EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_GET_TAG, TAG_LEN, tag),
      "AES-128-GCM works");
  EVP_CIPHER_CTX_free(ctx);
  flight_bytes(flight, (struct span){tag, TAG_LEN});
}

void tls13_keys_records(struct flight *flight, struct tls13_keys *keys,
                        struct span content) {
  while (content.len > 0) {
    size_t len = content.len < RECORD_MAX ? content.len : RECORD_MAX;
    size_t begin = flight->len;

    flight_number(flight, APPLICATION_DATA_RECORD, 1);
    flight_number(flight, LEGACY_VERSION, 2);
    flight_number(flight, len + 1 + TAG_LEN, 2);
    flight_bytes(flight, (struct span){content.bytes, len});
    flight_number(flight, HANDSHAKE_RECORD, 1); /* TLSInnerPlaintext.type */
    seal(flight, begin, keys);
    content.bytes += len;
    content.len -= len;
  }
}
