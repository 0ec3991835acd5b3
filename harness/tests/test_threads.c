/* Handshakes of one SSL_CTX on several threads, with certificates and keys
 * that all of them share: the callback suspends each handshake on one thread
 * and gives the certificate on another. */
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "cmocka_all.h"
#include "pair_end.h"
#include "pki.h"
#include "subject.h"

enum {
  NUM_THREADS = 4,
  NUM_HANDSHAKES = 120,
  NOBODY = -1,
  MAX_TURNS = 100, /* of the two ends of one handshake */
};

static const char *const NAMES[] = {"ecdsa-leaf", "rsa-leaf", "ed25519-leaf"};

enum { NUM_NAMES = sizeof(NAMES) / sizeof(NAMES[0]) };

/* What is handed out with X509_up_ref and EVP_PKEY_up_ref. */
struct identity {
  X509 *certificate;
  EVP_PKEY *key;
  unsigned certificate_freed;
  unsigned key_freed;
  int key_is_counted;
};

/* One handshake. Who has taken it out of the line owns it. */
struct handshake {
  SSL *client;
  SSL *server;
  const struct identity *identity;
  unsigned num_calls;
  unsigned num_suspended;
  int last_thread;
  int is_complete;
  int has_certificate; /* the server has the right one */
  struct handshake *next;
};

struct line {
  pthread_mutex_t mutex;
  pthread_cond_t changed;
  struct handshake *first;
  size_t num_left; /* handshakes that are not at their end */
};

struct team {
  struct line line;
  SSL_CTX *client_ctx;
  SSL_CTX *server_ctx;
  struct identity identities[NUM_NAMES];
  struct handshake handshakes[NUM_HANDSHAKES];
  atomic_uint num_calls;
  atomic_int is_over;
};

struct worker {
  pthread_t thread;
  struct team *team;
  int number;
};

static struct pki *pki;

static int give_on_the_second_call(SSL *ssl, X509 **x509, EVP_PKEY **pkey) {
  struct handshake *handshake = SSL_get_app_data(ssl);
  struct team *team = SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl));
  atomic_fetch_add(&team->num_calls, 1);
  if (handshake->num_calls++ == 0) {
    return -1;
  }

  const struct identity *identity = handshake->identity;
  if (!X509_up_ref(identity->certificate)) {
    return 0;
  }
  if (!EVP_PKEY_up_ref(identity->key)) {
    X509_free(identity->certificate);
    return 0;
  }

  *x509 = identity->certificate;
  *pkey = identity->key;
  return 1;
}

/* Another function that does the same. */
static int give_too(SSL *ssl, X509 **x509, EVP_PKEY **pkey) {
  return give_on_the_second_call(ssl, x509, pkey);
}

static void put(struct line *line, struct handshake *handshake) {
  pthread_mutex_lock(&line->mutex);
  handshake->next = line->first;
  line->first = handshake;
  pthread_cond_broadcast(&line->changed);
  pthread_mutex_unlock(&line->mutex);
}

/* Takes the first handshake that |thread| was not the last to have. */
static struct handshake *find(struct line *line, int thread) {
  for (struct handshake **at = &line->first; *at != NULL; at = &(*at)->next) {
    struct handshake *found = *at;
    if (found->last_thread != thread) {
      *at = found->next;
      return found;
    }
  }

  return NULL;
}

/* Waits for a handshake; NULL when all are at their end. */
static struct handshake *take(struct line *line, int thread) {
  struct handshake *found = NULL;
  pthread_mutex_lock(&line->mutex);
  while (line->num_left > 0 && (found = find(line, thread)) == NULL) {
    pthread_cond_wait(&line->changed, &line->mutex);
  }
  pthread_mutex_unlock(&line->mutex);
  return found;
}

static void leave(struct line *line) {
  pthread_mutex_lock(&line->mutex);
  line->num_left--;
  pthread_cond_broadcast(&line->changed);
  pthread_mutex_unlock(&line->mutex);
}

static int begin(const struct team *team, struct handshake *handshake) {
  handshake->client = SSL_new(team->client_ctx);
  handshake->server = SSL_new(team->server_ctx);
  if (handshake->client == NULL || handshake->server == NULL) {
    return 0;
  }

  SSL_set_app_data(handshake->client, handshake);
  return pair_join(handshake->client, handshake->server, NULL, NULL);
}

enum progress { AT_END, SUSPENDED };

/* One end's turn: SSL_ERROR_NONE when it has nothing left to do. */
static int turn(SSL *ssl) {
  ERR_clear_error();
  int value = SSL_do_handshake(ssl);
  return value == 1 ? SSL_ERROR_NONE : SSL_get_error(ssl, value);
}

/* Whether what |error| says needs the other end's turn. */
static int waits(int error) {
  return error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE;
}

static enum progress drive(struct handshake *handshake) {
  for (int i = 0; i < MAX_TURNS; i++) {
    int client = turn(handshake->client);
    if (client == SSL_ERROR_WANT_X509_LOOKUP) {
      handshake->num_suspended++;
      return SUSPENDED;
    }

    int server = turn(handshake->server);
    if (client == SSL_ERROR_NONE && server == SSL_ERROR_NONE) {
      handshake->is_complete = 1;
      return AT_END;
    }
    if ((client != SSL_ERROR_NONE && !waits(client)) ||
        (server != SSL_ERROR_NONE && !waits(server))) {
      return AT_END;
    }
  }

  return AT_END;
}

static void end(struct handshake *handshake) {
  X509 *peer = handshake->server != NULL
                   ? subject_peer_certificate(handshake->server)
                   : NULL;
  handshake->has_certificate =
      peer != NULL && X509_cmp(peer, handshake->identity->certificate) == 0;
  X509_free(peer);
  SSL_free(handshake->client);
  SSL_free(handshake->server);
}

static void *work(void *argument) {
  const struct worker *worker = argument;
  struct team *team = worker->team;
  struct handshake *handshake;
  while ((handshake = take(&team->line, worker->number)) != NULL) {
    int is_new = handshake->last_thread == NOBODY;
    handshake->last_thread = worker->number;
    if ((!is_new || begin(team, handshake)) && drive(handshake) == SUSPENDED) {
      put(&team->line, handshake);
      continue;
    }

    end(handshake);
    leave(&team->line);
  }
  return NULL;
}

/* Sets one callback and the other in turns, as long as there are handshakes. */
static void *set_callbacks(void *argument) {
  struct team *team = argument;
  while (!atomic_load(&team->is_over)) {
    SSL_CTX_set_client_cert_cb(team->client_ctx, give_too);
    SSL_CTX_set_client_cert_cb(team->client_ctx, give_on_the_second_call);
  }
  return NULL;
}

static void open_identity(struct identity *out, const char *name) {
  out->certificate = pki_new_certificate(pki, name);
  out->key = pki_new_key(pki, name);
  assert_non_null(out->certificate);
  assert_non_null(out->key);
  assert_int_equal(
      subject_on_certificate_freed(out->certificate, &out->certificate_freed),
      1);
  out->key_is_counted = subject_on_key_freed(out->key, &out->key_freed);
}

static struct team *open_team(const char *protocol_name) {
  const struct protocol *protocol = protocol_find(protocol_name);
  struct team *team = calloc(1, sizeof(*team));
  assert_non_null(team);
  assert_non_null(protocol);
  team->client_ctx = pair_new_ctx(protocol, false, false);
  team->server_ctx = pair_new_ctx(protocol, true, false);
  assert_non_null(team->client_ctx);
  assert_non_null(team->server_ctx);
  assert_int_equal(SSL_CTX_use_certificate(
                       team->server_ctx, pki_certificate(pki, "server-ecdsa")),
                   1);
  assert_int_equal(
      SSL_CTX_use_PrivateKey(team->server_ctx, pki_key(pki, "server-ecdsa")),
      1);
  SSL_CTX_set_verify(team->server_ctx,
                     SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
  SSL_CTX_set_app_data(team->client_ctx, team);
  SSL_CTX_set_client_cert_cb(team->client_ctx, give_on_the_second_call);

  for (size_t i = 0; i < NUM_NAMES; i++) {
    open_identity(&team->identities[i], NAMES[i]);
  }
  for (size_t i = 0; i < NUM_HANDSHAKES; i++) {
    struct handshake *handshake = &team->handshakes[i];
    handshake->identity = &team->identities[i % NUM_NAMES];
    handshake->last_thread = NOBODY;
    handshake->next = team->line.first;
    team->line.first = handshake;
  }
  team->line.num_left = NUM_HANDSHAKES;
  pthread_mutex_init(&team->line.mutex, NULL);
  pthread_cond_init(&team->line.changed, NULL);
  return team;
}

static void perform(struct team *team) {
  struct worker workers[NUM_THREADS];
  for (int i = 0; i < NUM_THREADS; i++) {
    workers[i] = (struct worker){.team = team, .number = i};
    assert_int_equal(
        pthread_create(&workers[i].thread, NULL, work, &workers[i]), 0);
  }
  for (int i = 0; i < NUM_THREADS; i++) {
    assert_int_equal(pthread_join(workers[i].thread, NULL), 0);
  }
}

static void assert_each_handshake(const struct team *team) {
  for (size_t i = 0; i < NUM_HANDSHAKES; i++) {
    const struct handshake *handshake = &team->handshakes[i];
    assert_true(handshake->is_complete);
    assert_true(handshake->has_certificate);
    assert_int_equal(handshake->num_calls, 2);
    assert_int_equal(handshake->num_suspended, 1);
  }
  assert_int_equal(atomic_load(&team->num_calls), 2 * NUM_HANDSHAKES);
}

/* Each identity lives as long as we have it, and not longer. */
static void close_team(struct team *team) {
  SSL_CTX_free(team->client_ctx);
  SSL_CTX_free(team->server_ctx);
  for (size_t i = 0; i < NUM_NAMES; i++) {
    struct identity *identity = &team->identities[i];
    assert_int_equal(identity->certificate_freed, 0);
    assert_int_equal(identity->key_freed, 0);
    X509_free(identity->certificate);
    EVP_PKEY_free(identity->key);
    assert_int_equal(identity->certificate_freed, 1);
    assert_int_equal(identity->key_freed, identity->key_is_counted ? 1 : 0);
  }
  pthread_mutex_destroy(&team->line.mutex);
  pthread_cond_destroy(&team->line.changed);
  free(team);
}

static void test_another_thread_resumes(void **state) {
  struct team *team = open_team(*state);
  perform(team);
  assert_each_handshake(team);
  close_team(team);
}

/* The library does not lock its pointer to the callback: it is one or the
 * other that is called. */
static void test_callback_changes_meanwhile(void **state) {
  struct team *team = open_team(*state);
  pthread_t setter;
  assert_int_equal(pthread_create(&setter, NULL, set_callbacks, team), 0);
  perform(team);
  atomic_store(&team->is_over, 1);
  assert_int_equal(pthread_join(setter, NULL), 0);
  assert_each_handshake(team);
  close_team(team);
}

static int start(void **state) {
  struct certspec_error error = {""};
  (void)state;
  if (!subject_start(&error)) {
    return -1;
  }

  pki = pki_load(CERTSPEC_SOURCE_DIR "/vectors/pki", &error);
  return pki != NULL ? 0 : -1;
}

static int stop(void **state) {
  (void)state;
  pki_free(pki);
  return 0;
}

int main(void) {
  static char tls12[] = "TLSv1.2";
  static char tls13[] = "TLSv1.3";
  static char dtls12[] = "DTLSv1.2";
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_prestate(test_another_thread_resumes, tls12),
      cmocka_unit_test_prestate(test_another_thread_resumes, tls13),
      cmocka_unit_test_prestate(test_another_thread_resumes, dtls12),
      cmocka_unit_test_prestate(test_callback_changes_meanwhile, tls13),
  };
  return cmocka_run_group_tests(tests, start, stop);
}
