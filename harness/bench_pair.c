#include "bench_pair.h"

#include <math.h>
#include <openssl/ssl.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "median.h"
#include "pair.h"
#include "pair_contexts.h"
#include "pair_end.h"
#include "pair_identities.h"
#include "scenario.h"
#include "subject.h"

enum { MAX_TURNS = 16, FAILED = -1 };

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

static double pair_once(struct pair *pair, const struct scenario *scenario,
                        struct certspec_error *error) {
  static struct outcome outcome;
  double start = processor_ms();

  return pair_perform(pair, &outcome, scenario, error) ? processor_ms() - start
                                                       : FAILED;
}

static double bare_once(struct bare *bare, const struct scenario *scenario,
                        struct certspec_error *error) {
  double start = processor_ms();

  if (!perform_bare(bare, scenario)) {
    certspec_error_set(error, NULL, 0, "no bare handshake with %s",
                       scenario->protocol->name);
    return FAILED;
  }

  return processor_ms() - start;
}

struct times {
  double *pair_ms;
  double *bare_ms;
  double *shares; /* of the handshakes one by one */
};

/* One of each by turns, and either of them first by turns: the machine's speed
 * changes within a second, by more than what is looked for. */
static int measure_by_turns(struct times *out, struct pair *pair,
                            struct bare *bare, const struct scenario *scenario,
                            size_t num, struct certspec_error *error) {
  for (size_t i = 0; i < num; i++) {
    if (i % 2 == 0) {
      out->pair_ms[i] = pair_once(pair, scenario, error);
      out->bare_ms[i] = bare_once(bare, scenario, error);
    } else {
      out->bare_ms[i] = bare_once(bare, scenario, error);
      out->pair_ms[i] = pair_once(pair, scenario, error);
    }
    if (out->pair_ms[i] == FAILED || out->bare_ms[i] == FAILED) {
      return 0;
    }
    out->shares[i] = out->bare_ms[i] / out->pair_ms[i];
  }

  return 1;
}

static int measure_protocol(json_t *rows, const struct protocol *protocol,
                            struct pair *pair, struct bare *bare, size_t num,
                            struct certspec_error *error) {
  struct scenario scenario;
  char code[SCENARIO_MAX_CODE];

  snprintf(code, sizeof(code), "%s:request:none:none:any:1ee:S",
           protocol->name);
  if (!scenario_parse(&scenario, code, error)) {
    return 0;
  }

  double *memory = calloc(3 * num, sizeof(*memory));
  if (memory == NULL) {
    return certspec_error_set(error, NULL, 0, "out of memory");
  }

  struct times times = {memory, memory + num, memory + 2 * num};
  int ok = measure_by_turns(&times, pair, bare, &scenario, num, error);
  if (ok) {
    json_array_append_new(
        rows, json_pack("{s:s, s:I, s:f, s:f, s:f}", "protocol", protocol->name,
                        "runs", (json_int_t)num, "pair_ms",
                        median(times.pair_ms, num), "bare_ms",
                        median(times.bare_ms, num), "share",
                        median(times.shares, num)));
  }
  free(memory);
  return ok;
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
