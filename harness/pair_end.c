#include "pair_end.h"

#include "subject_credential.h"

enum {
  BUFFER_LEN = 32768, /* no flight is as long */
  MTU = 16384,        /* nor a message: no fragments */
  TIMER = 3600000,    /* milliseconds: no datagram is sent twice */
};

static int accept_all(X509_STORE_CTX *store_ctx, void *argument) {
  (void)store_ctx;
  (void)argument;
  return 1;
}

SSL_CTX *pair_new_ctx(const struct protocol *protocol, bool server,
                      bool tickets) {
  static const unsigned char session_id_context[] = "certspec";
  bool dtls = protocol->kind == PROTOCOL_DTLS;
  SSL_CTX *ctx =
      SSL_CTX_new(dtls ? (server ? DTLS_server_method() : DTLS_client_method())
                       : (server ? TLS_server_method() : TLS_client_method()));

  if (ctx == NULL) {
    return NULL;
  }

  /* Before anything else: it decides which versions and keys are allowed. */
  SSL_CTX_set_security_level(ctx, protocol_before_tls12(protocol) ? 0 : 1);
  SSL_CTX_set_cert_verify_callback(ctx, accept_all, NULL);
  SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_options(ctx, SSL_OP_NO_QUERY_MTU);
  /* No CompressedCertificate, where there is one: what was sent is looked at
   * on its way. */
  subject_set_certificate_compression(ctx, NULL);
  if (!tickets) {
    SSL_CTX_set_options(ctx, SSL_OP_NO_TICKET);
  }
  if (SSL_CTX_set_min_proto_version(ctx, protocol->version) != 1 ||
      SSL_CTX_set_max_proto_version(ctx, protocol->version) != 1 ||
      SSL_CTX_set_num_tickets(ctx, tickets) != 1 ||
      SSL_CTX_set_session_id_context(ctx, session_id_context,
                                     sizeof(session_id_context)) != 1) {
    SSL_CTX_free(ctx);
    return NULL;
  }

  return ctx;
}

/* A machine that is busy elsewhere must not look like a lost datagram. */
static unsigned wait_long(SSL *ssl, unsigned microseconds) {
  (void)ssl;
  (void)microseconds;
  return TIMER * 1000U;
}

static void set_end(SSL *ssl, BIO *bio) {
  SSL_set_bio(ssl, bio, bio);
  if (SSL_is_dtls(ssl)) {
    SSL_set_mtu(ssl, MTU);
    DTLS_set_timer_cb(ssl, wait_long);
  }
}

int pair_join(SSL *client, SSL *server, BIO **out_client_bio,
              BIO **out_server_bio) {
  BIO *client_bio = NULL;
  BIO *server_bio = NULL;

  if (BIO_new_bio_pair(&client_bio, BUFFER_LEN, &server_bio, BUFFER_LEN) != 1) {
    return 0;
  }

  set_end(client, client_bio);
  set_end(server, server_bio);
  SSL_set_connect_state(client);
  SSL_set_accept_state(server);
  if (out_client_bio != NULL) {
    *out_client_bio = client_bio;
  }
  if (out_server_bio != NULL) {
    *out_server_bio = server_bio;
  }
  return 1;
}
