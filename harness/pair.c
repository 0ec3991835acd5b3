#include "pair.h"

#include <openssl/ssl.h>
#include <time.h>

#include "pair_end.h"
#include "subject.h"

struct ends {
  const struct pair_setting *setting;
  SSL_CTX *client_ctx;
  SSL_CTX *server_ctx;
};

static int give_certificate(SSL *ssl, X509 **x509, EVP_PKEY **pkey) {
  const struct pair_setting *setting =
      SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl));

  *x509 = pki_certificate(setting->pki, setting->client);
  *pkey = pki_key(setting->pki, setting->client);
  X509_up_ref(*x509);
  EVP_PKEY_up_ref(*pkey);
  return 1;
}

static int open_ends(struct ends *out, const struct pair_setting *setting) {
  *out = (struct ends){
      .setting = setting,
      .client_ctx = pair_new_ctx(setting->protocol, false, false),
      .server_ctx = pair_new_ctx(setting->protocol, true, false),
  };
  if (out->client_ctx == NULL || out->server_ctx == NULL) {
    return 0;
  }

  if (setting->protocol->kind == PROTOCOL_DTLS) {
    subject_ask_for_cookies(out->server_ctx); /* as the scripted servers do */
  }
  SSL_CTX_set_app_data(out->client_ctx, (void *)setting);
  SSL_CTX_set_client_cert_cb(out->client_ctx, give_certificate);
  SSL_CTX_set_verify(out->server_ctx, SSL_VERIFY_PEER, NULL);
  return SSL_CTX_use_certificate(
             out->server_ctx, pki_certificate(setting->pki, setting->server)) &&
         SSL_CTX_use_PrivateKey(out->server_ctx,
                                pki_key(setting->pki, setting->server));
}

static void close_ends(struct ends *ends) {
  SSL_CTX_free(ends->client_ctx);
  SSL_CTX_free(ends->server_ctx);
}

static int shake_hands(SSL *client, SSL *server) {
  if (!pair_join(client, server, NULL, NULL)) {
    return 0;
  }

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

static int handshake(const struct ends *ends) {
  SSL *client = SSL_new(ends->client_ctx);
  SSL *server = SSL_new(ends->server_ctx);
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
  struct ends ends;
  int ok = open_ends(&ends, setting);
  double before = process_seconds();

  for (size_t i = 0; ok && i < num; i++) {
    ok = handshake(&ends);
  }

  *out_seconds = process_seconds() - before;
  close_ends(&ends);
  return ok ||
         certspec_error_set(error, NULL, 0, "no handshake in memory with %s",
                            setting->protocol->name);
}
