#include "bench_pair.h"

#include <math.h>
#include <openssl/ssl.h>
#include <stdio.h>
#include <time.h>

#include "pair.h"
#include "pair_contexts.h"
#include "pair_end.h"
#include "pair_identities.h"
#include "scenario.h"
#include "subject.h"

enum { ROUNDS = 5, MAX_TURNS = 16 };

struct bare {
  struct pair_contexts contexts;
  struct pair_identities identities;
};

/* The callback has no other way to find them that costs as little. */
static const struct pair_identities *given;

static int give(SSL *ssl, X509 **x509, EVP_PKEY **pkey) {
  identity which = identity_find("ecdsa-leaf");

  (void)ssl;
  *x509 = pair_identity_new_certificate(given, which);
  *pkey = pair_identity_new_key(given, which);
  return 1;
}

static int shake_hands(SSL *client, SSL *server) {
  for (int turn = 0; turn < MAX_TURNS; turn++) {
    int client_done = SSL_do_handshake(client) == 1;
    int server_done = SSL_do_handshake(server) == 1;

    if (client_done && server_done) {
      X509 *peer = subject_peer_certificate(server);
      X509_free(peer);
      return peer != NULL;
    }
  }

  return 0;
}

static int perform_bare(struct bare *bare, const struct scenario *scenario) {
  SSL_CTX *client_ctx =
      pair_contexts_find(&bare->contexts, PAIR_CLIENT, scenario);
  SSL_CTX *server_ctx =
      pair_contexts_find(&bare->contexts, PAIR_SERVER, scenario);

  if (client_ctx == NULL || server_ctx == NULL) {
    return 0;
  }

  SSL_CTX_set_client_cert_cb(client_ctx, give);
  SSL *client = SSL_new(client_ctx);
  SSL *server = SSL_new(server_ctx);
  int ok = client != NULL && server != NULL;
  if (ok) {
    SSL_set_verify(server, SSL_VERIFY_PEER, NULL);
    ok = pair_join(client, server, NULL, NULL) && shake_hands(client, server);
  }
  SSL_free(client);
  SSL_free(server);
  return ok;
}

static double processor_ms(void) {
  struct timespec now;

  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

/* One round of each, so that both meet the same machine. */
static int measure_round(double *pair_ms, double *bare_ms, struct pair *pair,
                         struct bare *bare, const struct scenario *scenario,
                         size_t num, struct certspec_error *error) {
  static struct outcome outcome;
  double start = processor_ms();

  for (size_t i = 0; i < num; i++) {
    if (!pair_perform(pair, &outcome, scenario, error)) {
      return 0;
    }
  }

  double middle = processor_ms();
  for (size_t i = 0; i < num; i++) {
    if (!perform_bare(bare, scenario)) {
      return certspec_error_set(error, NULL, 0, "no bare handshake with %s",
                                scenario->protocol->name);
    }
  }

  *pair_ms = fmin(*pair_ms, (middle - start) / (double)num);
  *bare_ms = fmin(*bare_ms, (processor_ms() - middle) / (double)num);
  return 1;
}

static int measure_protocol(json_t *rows, const struct protocol *protocol,
                            struct pair *pair, struct bare *bare, size_t num,
                            struct certspec_error *error) {
  struct scenario scenario;
  char code[SCENARIO_MAX_CODE];
  double pair_ms = INFINITY;
  double bare_ms = INFINITY;

  snprintf(code, sizeof(code), "%s:request:none:none:any:1ee:S",
           protocol->name);
  if (!scenario_parse(&scenario, code, error)) {
    return 0;
  }
  for (int round = 0; round < ROUNDS; round++) {
    if (!measure_round(&pair_ms, &bare_ms, pair, bare, &scenario,
                       num / ROUNDS + 1, error)) {
      return 0;
    }
  }

  json_array_append_new(
      rows,
      json_pack("{s:s, s:I, s:f, s:f, s:f}", "protocol", protocol->name, "runs",
                (json_int_t)(num / ROUNDS + 1) * ROUNDS, "pair_ms", pair_ms,
                "bare_ms", bare_ms, "share", bare_ms / pair_ms));
  return 1;
}

static int measure(json_t *rows, struct pair *pair, struct bare *bare,
                   size_t num, struct certspec_error *error) {
  size_t num_protocols;
  const struct protocol *table = protocol_table(&num_protocols);

  for (size_t i = 0; i < num_protocols; i++) {
    if (table[i].kind != PROTOCOL_QUIC && subject_has(table[i].feature) == 1 &&
        !measure_protocol(rows, &table[i], pair, bare, num, error)) {
      return 0;
    }
  }

  return 1;
}

int bench_pair(json_t *rows, struct pki *pki, size_t num,
               struct certspec_error *error) {
  struct bare bare = {.contexts = {.pki = pki}};
  struct pair *pair = pair_open(pki, error);
  int ok = pair != NULL && pair_identities_load(&bare.identities, pki, error);

  given = &bare.identities;
  ok = ok && measure(rows, pair, &bare, num, error);
  given = NULL;
  pair_contexts_free(&bare.contexts);
  pair_identities_free(&bare.identities);
  pair_close(pair);
  return ok;
}
