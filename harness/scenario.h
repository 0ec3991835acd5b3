/* scenario: one walk through the callback's life, between two ends of the same
 * library. It can be written as one word, its code:
 *
 *   PROTOCOL:REQUEST:PRESET:LIST:ALGORITHMS:SCRIPT:OPERATIONS
 *   TLSv1.2:request:none:none:any:-1*2,1ee:hhSlS
 *
 * Certificates and keys are letters there (identity_table), '.' is none. */
#ifndef CERTSPEC_SCENARIO_H
#define CERTSPEC_SCENARIO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "error.h"
#include "protocol.h"

enum {
  SCENARIO_MAX_ANSWERS = 12,
  SCENARIO_MAX_OPERATIONS = 56,
  SCENARIO_MAX_CODE = 384,
  SCENARIO_LIST_OF_SEVERAL = 3,
};

/* A certificate, or a key, of the test PKI: an index of identity_table. */
typedef uint8_t identity;

enum { IDENTITY_NONE, IDENTITY_UNKNOWN = UINT8_MAX };

/* What SSL objects keep certificates in: a slot for each type. */
enum key_type { KEY_ECDSA, KEY_RSA, KEY_ED25519, KEY_REFUSED, NUM_KEY_TYPES };

struct identity_about {
  const char *name; /* in vectors/pki */
  enum key_type type;
  char letter;
};

/* identity_table lists all identities; the first is IDENTITY_NONE. */
const struct identity_about *identity_table(size_t *out_num);

/* identity_find returns the identity called |name| (NULL: IDENTITY_NONE), or
 * IDENTITY_UNKNOWN. */
identity identity_find(const char *name);

/* identity_name returns the name of |which| in vectors/pki; NULL: none. */
const char *identity_name(identity which);

enum request {
  REQUEST_NONE,
  REQUEST_PLAIN,   /* SSL_VERIFY_PEER */
  REQUEST_REQUIRE, /* and SSL_VERIFY_FAIL_IF_NO_PEER_CERT */
  REQUEST_LATER,   /* not before the first handshake is done */
  NUM_REQUESTS
};

/* The certificate_authorities of the requests. */
enum ca_list { LIST_NONE, LIST_EMPTY, LIST_ONE, LIST_SEVERAL, NUM_LISTS };

/* The signature algorithms of the requests. */
enum algorithms {
  ALGORITHMS_ANY,
  ALGORITHMS_ECDSA,
  ALGORITHMS_RSA,
  NUM_ALGORITHMS
};

struct answer {
  int returns;
  unsigned times;
  identity certificate; /* what the out pointers are set to */
  identity key;
};

enum operation_kind {
  OPERATION_CALL,     /* SSL_do_handshake once; SSL_read when it is finished */
  OPERATION_BLOCKING, /* the same until it does not want to read */
  OPERATION_SETTLE,   /* the same until nothing is on its way any more */
  OPERATION_SET_NULL, /* SSL_CTX_set_client_cert_cb(ctx, NULL) */
  OPERATION_SET_CALLBACK,
  OPERATION_CLEAR,           /* SSL_clear and a new connection */
  OPERATION_NEW,             /* SSL_free, SSL_new and a new connection */
  OPERATION_RESUME,          /* the same with SSL_set_session */
  OPERATION_DUP,             /* SSL_dup; the original is freed */
  OPERATION_SET_SSL_CTX,     /* to the other SSL_CTX, or back */
  OPERATION_USE_CERTIFICATE, /* SSL_use_certificate, SSL_use_PrivateKey */
  OPERATION_CERTS_CLEAR,
  OPERATION_RENEGOTIATE, /* the server does */
  OPERATION_POST_HANDSHAKE_AUTH,
  NUM_OPERATION_KINDS
};

struct operation {
  enum operation_kind kind;
  identity certificate; /* of OPERATION_USE_CERTIFICATE */
  identity key;
};

struct scenario {
  const struct protocol *protocol;
  enum request request;
  bool preset_on_ctx; /* else on each SSL object after SSL_new */
  identity preset_certificate;
  identity preset_key;
  enum ca_list list;
  enum algorithms algorithms;
  bool callback;                               /* registered at first */
  struct answer answers[SCENARIO_MAX_ANSWERS]; /* beyond them: 0 */
  size_t num_answers;
  struct operation operations[SCENARIO_MAX_OPERATIONS];
  size_t num_operations;
};

/* The SSL_CTX that OPERATION_SET_SSL_CTX leads to has no callback, and this
 * certificate with its key. */
identity scenario_other_certificate(void);

/* scenario_answer returns what call |call| (0 first) of the callback does. */
struct answer scenario_answer(const struct scenario *scenario, unsigned call);

/* scenario_resumes tells whether sessions are needed: OPERATION_RESUME. */
bool scenario_resumes(const struct scenario *scenario);

/* scenario_ca_names returns how many names the requests carry. */
int scenario_ca_names(const struct scenario *scenario);

/* scenario_parse reads a code. 1, or 0 with |error|. */
int scenario_parse(struct scenario *out, const char *code,
                   struct certspec_error *error);

/* scenario_print writes the code into |out| of SCENARIO_MAX_CODE bytes. */
void scenario_print(char *out, const struct scenario *scenario);

/* scenario_from_bytes makes a scenario of any |bytes|, for a fuzzer; it goes
 * further than the space. 1, or 0 when there are too few. */
int scenario_from_bytes(struct scenario *out, const uint8_t *bytes,
                        size_t bytes_len);

/* scenario_drop_operation takes away operation |index|. */
void scenario_drop_operation(struct scenario *scenario, size_t index);

/* The names as they stand in a code. */
extern const char *const request_names[NUM_REQUESTS];
extern const char *const list_names[NUM_LISTS];
extern const char *const algorithms_names[NUM_ALGORITHMS];

#endif
