#include "pair.h"

#include <openssl/ssl.h>
#include <time.h>

#include "subject.h"

struct pair {
  const struct pair_setting *setting;
  SSL_CTX *client_ctx;
  SSL_CTX *server_ctx;
};

static int accept_all(X509_STORE_CTX *store_ctx, void *argument) {
  (void)store_ctx;
  (void)argument;
  return 1;
}

static int give_certificate(SSL *ssl, X509 **x509, EVP_PKEY **pkey) {
  const struct pair_setting *setting =
      SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl));

  *x509 = pki_certificate(setting->pki, setting->client);
  *pkey = pki_key(setting->pki, setting->client);
  X509_up_ref(*x509);
  EVP_PKEY_up_ref(*pkey);
  return 1;
}

static SSL_CTX *new_ctx(const struct pair_setting *setting,
                        const SSL_METHOD *method) {
  SSL_CTX *ctx = SSL_CTX_new(method);
  int version = setting->protocol->version;

  if (ctx == NULL || SSL_CTX_set_min_proto_version(ctx, version) != 1 ||
      SSL_CTX_set_max_proto_version(ctx, version) != 1) {
    SSL_CTX_free(ctx);
    return NULL;
  }

  SSL_CTX_set_security_level(ctx, version < TLS1_2_VERSION ? 0 : 1);
  SSL_CTX_set_cert_verify_callback(ctx, accept_all, NULL);
  SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_options(ctx, SSL_OP_NO_TICKET);
  return ctx;
}

static int open_pair(struct pair *out, const struct pair_setting *setting) {
  *out = (struct pair){
      .setting = setting,
      .client_ctx = new_ctx(setting, TLS_client_method()),
      .server_ctx = new_ctx(setting, TLS_server_method()),
  };
  if (out->client_ctx == NULL || out->server_ctx == NULL) {
    return 0;
  }

  SSL_CTX_set_app_data(out->client_ctx, (void *)(uintptr_t)setting);
  SSL_CTX_set_client_cert_cb(out->client_ctx, give_certificate);
  SSL_CTX_set_verify(out->server_ctx, SSL_VERIFY_PEER, NULL);
  return SSL_CTX_use_certificate(
             out->server_ctx, pki_certificate(setting->pki, setting->server)) &&
         SSL_CTX_use_PrivateKey(out->server_ctx,
                                pki_key(setting->pki, setting->server));
}

static void close_pair(struct pair *pair) {
  SSL_CTX_free(pair->client_ctx);
  SSL_CTX_free(pair->server_ctx);
}

static int shake_hands(SSL *client, SSL *server) {
  BIO *client_bio = NULL;
  BIO *server_bio = NULL;

  if (BIO_new_bio_pair(&client_bio, 65536, &server_bio, 65536) != 1) {
    return 0;
  }

  SSL_set_bio(client, client_bio, client_bio);
  SSL_set_bio(server, server_bio, server_bio);
  SSL_set_connect_state(client);
  SSL_set_accept_state(server);
  /* No handshake has as many flights. */
  for (int turn = 0; turn < 16; turn++) {
    int client_done = SSL_do_handshake(client) == 1;
    int server_done = SSL_do_handshake(server) == 1;

    if (client_done && server_done) {
      return 1;
    }
  }

  return 0;
}

/* Whether the client's certificate arrived: else something else was timed. */
static int certificate_arrived(const SSL *server) {
  X509 *certificate = subject_peer_certificate(server);

  X509_free(certificate);
  return certificate != NULL;
}

static int handshake(const struct pair *pair) {
  SSL *client = SSL_new(pair->client_ctx);
  SSL *server = SSL_new(pair->server_ctx);
  int ok = client != NULL && server != NULL && shake_hands(client, server) &&
           certificate_arrived(server);

  SSL_free(client);
  SSL_free(server);
  return ok;
}

static double process_seconds(void) {
  struct timespec now;

  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

int pair_handshakes(const struct pair_setting *setting, size_t num,
                    double *out_seconds, struct certspec_error *error) {
  struct pair pair;
  int ok = open_pair(&pair, setting);
  double before = process_seconds();

  for (size_t i = 0; ok && i < num; i++) {
    ok = handshake(&pair);
  }

  *out_seconds = process_seconds() - before;
  close_pair(&pair);
  return ok ||
         certspec_error_set(error, NULL, 0, "no handshake in memory with %s",
                            setting->protocol->name);
}
