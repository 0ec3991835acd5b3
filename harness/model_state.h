/* model_state: what the model knows while it walks through a scenario. Only for
 * model*.c. */
#ifndef CERTSPEC_MODEL_STATE_H
#define CERTSPEC_MODEL_STATE_H

#include "model.h"

enum stage {
  STAGE_BEFORE,
  STAGE_HELLO_SENT,
  STAGE_SUSPENDED,
  STAGE_ANSWERED, /* up to TLS 1.2: the server's Finished is to come */
  STAGE_FINISHED,
  STAGE_FAILED,
};

/* What a slot holds, and whether the callback handed it over. */
struct held {
  identity what;
  bool handed;
};

struct slots {
  struct held certificates[NUM_KEY_TYPES];
  struct held keys[NUM_KEY_TYPES];
  enum key_type current; /* of the last certificate or key that was set */
};

struct model {
  const struct scenario *scenario;
  const struct model_facts *facts;
  struct prediction *out;
  struct outcome_step *step;
  struct slots slots; /* of the SSL object */
  bool tls13;
  bool other_ctx;
  bool callback; /* registered on the scenario's SSL_CTX */
  bool other_callback;
  unsigned calls;
  unsigned certificates_freed;
  unsigned keys_freed;
  const char *residue; /* an error that is no failure, left on the queue */
  enum stage stage;
  bool want_x509_lookup;
  bool requested;
  bool hello_request; /* sent, not read yet */
  bool post_handshake_request;
  bool renegotiating;
  bool session; /* offered in the next handshake */
  bool resumed;
  identity session_peer;
  bool inbound;        /* something is on its way to the client */
  bool stays_finished; /* though it failed */
  bool is_late;        /* the answer waits for another call */
  const char *alert;   /* what is said of the server's, if not the usual */
  bool has_cookie;
  bool is_lost; /* what comes after its failure nobody knows */
  int error;    /* SSL_get_error of a failure */
  identity left_in_ctx;
  bool owns_certificate; /* the SSL object has had one of its own set */
  identity shown;        /* by SSL_get_certificate, of those */
  bool is_shown_weak;    /* its SSL_CTX had one, too */
  bool was_cleared;
  bool is_beyond;    /* what an operation shows is not modelled */
  bool is_key_stale; /* older than its certificate, and of another type */
  bool is_quiet;     /* a failure sends no alert */
  bool is_stuck;
  bool refused; /* the server wants a certificate and got none */
  identity peer;
};

/* model_by notes that the rule from |source| was used. */
void model_by(struct model *model, const char *source);

/* model_way tells whether the library is known to differ in this |way|, and
 * notes that it was asked where it mattered. */
bool model_way(struct model *model, enum model_way way);

/* model_use_pair is SSL_use_certificate and SSL_use_PrivateKey, of what is not
 * IDENTITY_NONE; |handed|: by the callback. What they return. */
int model_use_pair(struct model *model, identity certificate, identity key,
                   bool handed);

/* model_slot returns the slot for keys of |type|. */
enum key_type model_slot(struct model *model, enum key_type type);

/* model_clear_slots is SSL_certs_clear. */
void model_clear_slots(struct model *model);

/* model_usable tells whether a certificate is set that can answer the request;
 * it becomes the current one. */
bool model_usable(struct model *model);

/* model_has_half tells whether a certificate is set, and its key is not. */
bool model_has_half(const struct model *model);

/* What comes of the callback's answer to a request. */
enum taken {
  TAKEN_NONE, /* nothing is sent */
  TAKEN,      /* what is usable is sent */
  TAKEN_SUSPENDED,
  TAKEN_FATAL,
  TAKEN_LATE, /* the answer waits for another call */
};

/* model_answer_request answers the server's request, |again| after a
 * suspension; model_send_certificate sends the current certificate, or an empty
 * message. */
enum taken model_answer_request(struct model *model, bool again);
void model_send_certificate(struct model *model, bool any);

/* model_fail_own says what the failure to come shows, where the library has
 * numbers and reasons of its own. */
void model_fail_own(struct model *model, int error, const char *reason);

/* model_call is one call of the handshake: SSL_do_handshake, or SSL_read when
 * that is finished. */
void model_call(struct model *model);

#endif
