/* record_handshakes: inputs of OpenSSL's own client fuzzer (fuzz/client.c) that
 * reach the end of a handshake, as those of its corpus do: what a server sends.
 * That fuzzer has the same randoms each time, so what answered it once answers
 * it again.
 *
 * usage: record_handshakes PKI OUT
 *
 * Performs the fuzzer's function, and joins its client with a server where it
 * calls SSL_do_handshake (--wrap). Exit codes: 0 written, 1 not, 2 usage. */
#include <errno.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum { MAX_PATH = 4096, INPUT_MAX = 1 << 16, MAX_TURNS = 16 };

struct handshake {
  int version;
  const char *ciphers;
  const char *groups;
  const char *server;
};

static const struct handshake handshakes[] = {
    {TLS1_VERSION, "AES128-SHA", "X25519", "server-rsa"},
    {TLS1_VERSION, "DHE-RSA-AES128-SHA", "X25519", "server-rsa"},
    {TLS1_VERSION, "ECDHE-RSA-AES256-SHA", "P-256", "server-rsa"},
    {TLS1_VERSION, "ECDHE-ECDSA-AES128-SHA", "X25519", "server-ecdsa"},
    {TLS1_1_VERSION, "AES256-SHA", "X25519", "server-rsa"},
    {TLS1_1_VERSION, "DHE-RSA-AES256-SHA", "X25519", "server-rsa"},
    {TLS1_1_VERSION, "ECDHE-RSA-AES128-SHA", "X25519", "server-rsa"},
    {TLS1_1_VERSION, "ECDHE-ECDSA-AES256-SHA", "P-256", "server-ecdsa"},
    {TLS1_2_VERSION, "AES128-GCM-SHA256", "X25519", "server-rsa"},
    {TLS1_2_VERSION, "DHE-RSA-AES128-GCM-SHA256", "X25519", "server-rsa"},
    {TLS1_2_VERSION, "ECDHE-RSA-AES256-GCM-SHA384", "X25519", "server-rsa"},
    {TLS1_2_VERSION, "ECDHE-RSA-CHACHA20-POLY1305", "P-384", "server-rsa"},
    {TLS1_2_VERSION, "ECDHE-ECDSA-AES128-GCM-SHA256", "X25519", "server-ecdsa"},
    {TLS1_2_VERSION, "ECDHE-ECDSA-AES128-SHA256", "P-256", "server-ecdsa"},
    {TLS1_3_VERSION, "TLS_AES_128_GCM_SHA256", "X25519", "server-ecdsa"},
    {TLS1_3_VERSION, "TLS_AES_256_GCM_SHA384", "X25519", "server-rsa"},
    {TLS1_3_VERSION, "TLS_CHACHA20_POLY1305_SHA256", "P-256", "server-ecdsa"},
    {TLS1_3_VERSION, "TLS_AES_128_GCM_SHA256", "P-384", "server-rsa"},
};

enum { NUM_HANDSHAKES = sizeof(handshakes) / sizeof(handshakes[0]) };

static SSL_CTX *server_ctx; /* NULL: the input alone is the server */
static uint8_t input[INPUT_MAX];
static size_t input_len;
static int finished; /* what SSL_do_handshake returned */

/* client.c and fuzz_rand.c */
int FuzzerInitialize(int *argc, char ***argv);
int FuzzerTestOneInput(const uint8_t *bytes, size_t len);

int __real_SSL_do_handshake(SSL *ssl);
int __wrap_SSL_do_handshake(SSL *ssl);

static SSL_CTX *new_server(const struct handshake *handshake, int requests,
                           const char *pki) {
  char certificate[MAX_PATH];
  char key[MAX_PATH];
  SSL_CTX *ctx = SSL_CTX_new(TLS_server_method());

  snprintf(certificate, sizeof(certificate), "%s/%s.pem", pki,
           handshake->server);
  snprintf(key, sizeof(key), "%s/%s.key.pem", pki, handshake->server);
  if (ctx == NULL) {
    return NULL;
  }

  SSL_CTX_set_security_level(ctx, 0);
  SSL_CTX_set_dh_auto(ctx, 1);
  SSL_CTX_set_verify(ctx, requests ? SSL_VERIFY_PEER : SSL_VERIFY_NONE, NULL);
  if (SSL_CTX_set_min_proto_version(ctx, handshake->version) &&
      SSL_CTX_set_max_proto_version(ctx, handshake->version) &&
      (handshake->version == TLS1_3_VERSION
           ? SSL_CTX_set_ciphersuites(ctx, handshake->ciphers)
           : SSL_CTX_set_cipher_list(ctx, handshake->ciphers)) &&
      SSL_CTX_set1_groups_list(ctx, handshake->groups) &&
      SSL_CTX_use_certificate_file(ctx, certificate, SSL_FILETYPE_PEM) == 1 &&
      SSL_CTX_use_PrivateKey_file(ctx, key, SSL_FILETYPE_PEM) == 1) {
    return ctx;
  }

  SSL_CTX_free(ctx);
  return NULL;
}

/* Moves what |from| has sent to |to|. */
static size_t carry(SSL *from, SSL *to, int record) {
  char *bytes;
  long len = BIO_get_mem_data(SSL_get_wbio(from), &bytes);

  if (len <= 0 || (record && (size_t)len > INPUT_MAX - input_len)) {
    return 0;
  }
  if (record) {
    memcpy(input + input_len, bytes, (size_t)len);
    input_len += (size_t)len;
  }
  BIO_write(SSL_get_rbio(to), bytes, (int)len);
  (void)BIO_reset(SSL_get_wbio(from));
  return (size_t)len;
}

static int shake_hands(SSL *client, SSL *server) {
  static const char text[] = "text";
  int result = -1;

  for (int turn = 0; turn < MAX_TURNS && result != 1; turn++) {
    result = __real_SSL_do_handshake(client);
    carry(client, server, 0);
    if (__real_SSL_do_handshake(server) == 1) {
      SSL_write(server, text, sizeof(text));
    }
    carry(server, client, 1);
  }
  SSL_shutdown(server);
  carry(server, client, 1);
  return result;
}

int __wrap_SSL_do_handshake(SSL *ssl) {
  if (server_ctx == NULL) {
    finished = __real_SSL_do_handshake(ssl);
    return finished;
  }

  SSL *server = SSL_new(server_ctx);
  SSL_set_bio(server, BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
  SSL_set_accept_state(server);
  (void)BIO_reset(SSL_get_rbio(ssl)); /* the byte that begins a recording */
  finished = shake_hands(ssl, server);
  SSL_free(server);
  return finished;
}

static int record(const struct handshake *handshake, int requests,
                  const char *pki) {
  static const uint8_t begin[1];

  input_len = 0;
  finished = 0;
  server_ctx = new_server(handshake, requests, pki);
  if (server_ctx == NULL) {
    return 0;
  }

  FuzzerTestOneInput(begin, sizeof(begin));
  SSL_CTX_free(server_ctx);
  server_ctx = NULL;
  if (finished != 1) {
    return 0;
  }

  finished = 0;
  FuzzerTestOneInput(input, input_len);
  return finished == 1;
}

static int write_input(const char *folder, int number, int requests) {
  char path[MAX_PATH];

  snprintf(path, sizeof(path), "%s/%02d-%d", folder, number, requests);
  FILE *file = fopen(path, "wb");
  if (file == NULL) {
    fprintf(stderr, "%s: %s\n", path, strerror(errno));
    return 0;
  }

  size_t written = fwrite(input, 1, input_len, file);
  return fclose(file) == 0 && written == input_len;
}

int main(int argc, char **argv) {
  if (argc != 3) {
    fputs("usage: record_handshakes PKI OUT\n", stderr);
    return 2;
  }

  FuzzerInitialize(&argc, &argv);
  for (int i = 0; i < 2 * NUM_HANDSHAKES; i++) {
    const struct handshake *handshake = &handshakes[i / 2];

    if (!record(handshake, i % 2, argv[1])) {
      fprintf(stderr, "record_handshakes: no handshake with %s, %s, %s\n",
              handshake->ciphers, handshake->groups, handshake->server);
      ERR_print_errors_fp(stderr);
      return 1;
    }
    if (!write_input(argv[2], i / 2, i % 2)) {
      return 1;
    }
  }

  printf("%d inputs\n", 2 * NUM_HANDSHAKES);
  return 0;
}
