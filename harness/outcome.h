/* outcome: what a scenario shows, one step an operation: predicted by the
 * model, or seen on the pair. */
#ifndef CERTSPEC_OUTCOME_H
#define CERTSPEC_OUTCOME_H

#include <stdbool.h>
#include <stddef.h>

#include "scenario.h"

enum {
  OUTCOME_MAX_REASON = 64,
  OUTCOME_MAX_API_CALLS = 40, /* of one operation */
  OUTCOME_NO_CALL = -100
};

struct outcome_step {
  /* 'h' SSL_do_handshake, 'r' SSL_read; in capitals when suspended */
  char api_calls[OUTCOME_MAX_API_CALLS + 1];
  int result;           /* of the operation's last API call; OUTCOME_NO_CALL */
  int error;            /* SSL_get_error of it */
  unsigned failed;      /* calls of the handshake that gave SSL_ERROR_SSL */
  unsigned suspended;   /* calls that gave SSL_ERROR_WANT_X509_LOOKUP */
  bool wrote;           /* bytes to the server */
  bool wrote_suspended; /* in a call that was suspended */
  unsigned callback_calls; /* from here on: in this operation */
  bool presets_null;       /* the out pointers were NULL on entry */
  int ca_names;            /* that the last call was shown; -1: no call */
  unsigned certificates;   /* Certificate messages that arrived */
  unsigned verifies;       /* CertificateVerify messages that arrived */
  identity sent;           /* first certificate of the last message */
  char reason[OUTCOME_MAX_REASON]; /* first error of the last call, or "" */
  bool want_x509_lookup;           /* from here on: afterwards */
  bool registered;             /* SSL_CTX_get_client_cert_cb is the callback */
  bool finished;               /* SSL_is_init_finished */
  identity certificate;        /* SSL_get_certificate */
  identity key;                /* SSL_get_privatekey */
  identity ctx_certificate;    /* SSL_CTX_get0_certificate */
  identity peer;               /* the server's SSL_get_peer_certificate */
  unsigned certificates_freed; /* of those that the callback handed over */
  unsigned keys_freed;
};

/* The last step is the end: SSL_free. */
struct outcome {
  unsigned unseen; /* members that cannot be seen: bits of outcome_bit */
  struct outcome_step steps[SCENARIO_MAX_OPERATIONS + 1];
  size_t num_steps;
};

/* Where two outcomes differ. */
struct outcome_difference {
  size_t step;
  const char *name; /* of the member */
  char want[OUTCOME_MAX_REASON + 8];
  char got[OUTCOME_MAX_REASON + 8];
};

/* outcome_add_call notes an API call in |step|; outcome_suspend_call notes that
 * the last one was suspended. */
void outcome_add_call(struct outcome_step *step, char api_call);
void outcome_suspend_call(struct outcome_step *step);

/* outcome_bit returns the bit of the member |name| in "unseen", or 0 when there
 * is no such member. */
unsigned outcome_bit(const char *name);

/* outcome_member returns the name of member |index| (0 first), or NULL. */
const char *outcome_member(size_t index);

/* outcome_compare looks for the first difference between |want| and |got|, of
 * what can be seen. 1 and |out|, or 0 when there is none. */
int outcome_compare(struct outcome_difference *out, const struct outcome *want,
                    const struct outcome *got);

/* outcome_compare_next looks for the next difference, from *at on (0 first). 1
 * and |out|, with |at| behind it, or 0 when there are no more. */
int outcome_compare_next(struct outcome_difference *out,
                         const struct outcome *want, const struct outcome *got,
                         size_t *at);

#endif
