/* model: the manual as a function: scenario in, predicted outcome out. It
 * knows nothing of any library but what a table of facts says where the manual
 * is silent, and, where a record of vectors/ways switches it on, in what way a
 * library differs. Each rule names its source: the id of a statement of
 * vectors/manual, or "observed" with a name where it was only found out. */
#ifndef CERTSPEC_MODEL_H
#define CERTSPEC_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "outcome.h"
#include "scenario.h"

enum { MODEL_MAX_SOURCES = 48 };

/* In what ways a library is known to differ from all that: records of
 * vectors/ways name them by id (model_way_id). */
enum model_way {
  /* 1 with a pair that cannot be installed ends the handshake. */
  WAY_FATAL_INSTALLATION,
  /* More than 1 is taken for 1. */
  WAY_ABOVE_ONE_IS_ONE,
  /* There is one place for a certificate, whatever its type. */
  WAY_ONE_SLOT,
  /* A certificate is copied: the callback's own is freed at once. */
  WAY_CERTIFICATE_COPIED,
  /* After a suspension, what was installed meanwhile is looked at. */
  WAY_INSTALLED_MEANWHILE_COUNTS,
  /* A server's tickets of TLS 1.3 wait until it writes. */
  WAY_TICKETS_WAIT,
  /* At an alert, SSL_read returns -1 and the handshake stays finished. */
  WAY_ALERT_AFTER_HANDSHAKE,
  /* SSL_clear keeps the session of a finished handshake, to offer it. */
  WAY_CLEAR_KEEPS_SESSION,
  /* Failures have error numbers and reasons of the library's own. */
  WAY_OWN_ERRORS,
  /* SSL_get_privatekey gives none. */
  WAY_PRIVATE_KEY_NOT_GIVEN,
  /* A DTLS server answers the first ClientHello with a cookie. */
  WAY_COOKIE,
  /* A negative answer does not suspend: up to TLS 1.2 the call does not
   * return, in TLS 1.3 it fails. */
  WAY_NEGATIVE_NEVER_SUSPENDS,
  /* A key is taken beside any certificate, and signs. */
  WAY_MISMATCH_SENT,
  /* In TLS 1.3 the callback's pair is not sent: the handshake fails, and the
   * certificate is left in the SSL_CTX. */
  WAY_TLS13_PAIR_FAILS,
  /* Up to TLS 1.2 a session of SSL_get1_session is not resumed. */
  WAY_NO_RESUMPTION,
  /* In TLS 1.3 the server breaks off after an answer above 1. */
  WAY_TLS13_ABOVE_ONE_REFUSED,
  /* A certificate without its key is taken as set: nobody is asked. */
  WAY_CERTIFICATE_SUFFICES,
  /* SSL_get_certificate goes on with what it gave before, or with the
   * SSL_CTX's. */
  WAY_CERTIFICATE_STALE,
  /* After SSL_clear a DTLS handshake comes to no end. */
  WAY_DTLS_CLEAR_STUCK,
  /* A server of TLS 1.3 forgets the client's certificate in a resumption. */
  WAY_RESUMED_WITHOUT_PEER,
  /* SSL_clear drops a session that is to be offered. */
  WAY_CLEAR_DROPS_SESSION,
  /* SSL_set_SSL_CTX to one without a certificate leaves the certificate, and
   * takes the key away. */
  WAY_CTX_WITHOUT_CERTIFICATE,
  NUM_MODEL_WAYS
};

/* Where the manual is silent and libraries differ. */
struct model_facts {
  const char *line; /* "3.0": the first part of its versions */
  /* A key that does not fit its certificate: the certificate stays. */
  bool mismatch_keeps_certificate;
  /* SSL_get_error looks at the error queue before it looks at the state. */
  bool queue_decides_error;
  /* After a resumption the signature algorithms of a post-handshake request
   * are not taken over, so that no certificate fits. */
  bool resumed_request_without_algorithms;
  uint64_t ways; /* in which it is known to differ: bits, 1 << WAY_... */
};

struct prediction {
  struct outcome outcome;
  uint64_t ways; /* that were used: bits, 1 << WAY_... */
  bool endless;  /* a call does not return */
  const char *sources[MODEL_MAX_SOURCES]; /* that were used, each once */
  size_t num_sources;
  const char *impossible; /* the rule against the scenario, or NULL */
};

/* model_facts returns what is known about the library |version|, such as
 * "3.0.19"; a line that is not in the table is taken for its last one. */
const struct model_facts *model_facts(const char *version);

/* model_way_id returns the id of |way|, or NULL where there is none;
 * model_way_find the way called |id|, or NUM_MODEL_WAYS. */
const char *model_way_id(enum model_way way);
enum model_way model_way_find(const char *id);

/* model_predict says what |scenario| shows. 1, or 0 when the scenario asks for
 * something that cannot be done, such as a renegotiation in TLS 1.3: then only
 * out->impossible is set. */
int model_predict(struct prediction *out, const struct scenario *scenario,
                  const struct model_facts *facts);

/* model_repair drops the operations of |scenario| that cannot be, and predicts
 * the rest, for a fuzzer. */
void model_repair(struct scenario *scenario, struct prediction *out,
                  const struct model_facts *facts);

/* model_compare looks for the first difference between what was predicted and
 * what was |seen|. 1 and |out|, or 0 when there is none. */
int model_compare(struct outcome_difference *out,
                  const struct prediction *predicted,
                  const struct outcome *seen);

#endif
