#include <openssl/err.h>
#include <openssl/ssl.h>

#include "client.h"

enum { PAIR_BYTES = 1 << 16, MAX_ROUNDS = 16 };

static SSL_CTX *new_end(const SSL_METHOD *method,
                        const struct protocol *protocol, struct pki *pki,
                        const char *name) {
  SSL_CTX *ctx = SSL_CTX_new(method);
  X509 *certificate = pki_certificate(pki, name);
  EVP_PKEY *key = pki_key(pki, name);
  if (ctx == NULL || certificate == NULL || key == NULL) {
    SSL_CTX_free(ctx);
    return NULL;
  }

  SSL_CTX_set_security_level(ctx, 0);
  SSL_CTX_set_min_proto_version(ctx, protocol->version);
  SSL_CTX_set_max_proto_version(ctx, protocol->version);
  SSL_CTX_use_certificate(ctx, certificate);
  SSL_CTX_use_PrivateKey(ctx, key);
  return ctx;
}

/* Any certificate will do: what counts is that it is sent and checked. */
static int accept_any(int preverified, X509_STORE_CTX *store) {
  (void)preverified;
  (void)store;
  return 1;
}

/* Joins both ends in memory and shakes hands. 1 when both are through. */
static int shake_hands(SSL *client, SSL *server) {
  BIO *client_bio = NULL;
  BIO *server_bio = NULL;
  if (client == NULL || server == NULL ||
      !BIO_new_bio_pair(&client_bio, PAIR_BYTES, &server_bio, PAIR_BYTES)) {
    return 0;
  }

  SSL_set_bio(client, client_bio, client_bio);
  SSL_set_bio(server, server_bio, server_bio);
  SSL_set_connect_state(client);
  SSL_set_accept_state(server);
  for (int i = 0; i < MAX_ROUNDS; i++) {
    int client_done = SSL_do_handshake(client) == 1;
    int server_done = SSL_do_handshake(server) == 1;
    if (client_done && server_done) {
      return 1;
    }
  }
  return 0;
}

static int warm_up_with(const struct protocol *protocol, struct pki *pki,
                        const char *client_name, const char *server_name) {
  SSL_CTX *client_ctx =
      new_end(TLS_client_method(), protocol, pki, client_name);
  SSL_CTX *server_ctx =
      new_end(TLS_server_method(), protocol, pki, server_name);
  SSL *client = NULL;
  SSL *server = NULL;
  if (client_ctx != NULL && server_ctx != NULL) {
    SSL_CTX_set_verify(server_ctx, SSL_VERIFY_PEER, accept_any);
    client = SSL_new(client_ctx);
    server = SSL_new(server_ctx);
  }

  int done = shake_hands(client, server);
  SSL_free(client);
  SSL_free(server);
  SSL_CTX_free(client_ctx);
  SSL_CTX_free(server_ctx);
  return done;
}

int client_warm_up(const struct protocol *protocol, struct pki *pki) {
  if (protocol->kind != PROTOCOL_TLS) {
    return 0;
  }

  int done = warm_up_with(protocol, pki, "rsa-leaf", "server-ecdsa");
  if (protocol->version >= TLS1_2_VERSION) {
    done &= warm_up_with(protocol, pki, "ecdsa-leaf", "server-ecdsa");
  }
  ERR_clear_error();
  return done;
}
