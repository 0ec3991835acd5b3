/* scripted_flights: the flights of a server that sends |request| as the body of
 * its CertificateRequest, whatever it is.
 *
 * Up to TLS 1.2 they are one plaintext flight with a static-RSA suite: no key
 * is used before the client has read the request. In TLS 1.3 the request is
 * encrypted, with keys from the client's own key log. */
#ifndef CERTSPEC_FUZZ_SCRIPTED_FLIGHTS_H
#define CERTSPEC_FUZZ_SCRIPTED_FLIGHTS_H

#include "flight.h"
#include "pki.h"
#include "protocol.h"
#include "tls13_keys.h"

/* The servers: certificates that are shared (sharing.h). */
#define SCRIPTED_RSA "server-rsa"
#define SCRIPTED_ECDSA "server-ecdsa"

/* scripted_flight_plain writes ServerHello, Certificate, CertificateRequest and
 * ServerHelloDone. */
void scripted_flight_plain(struct flight *out, const struct protocol *protocol,
                           struct span request);

/* scripted_flight_hello writes the ServerHello of TLS 1.3 that answers
 * |client_hello| (the message) and adds both to |transcript|. */
void scripted_flight_hello(struct flight *out, struct flight *transcript,
                           struct span client_hello);

/* scripted_flight_request writes EncryptedExtensions and CertificateRequest,
 * scripted_flight_finish Certificate, CertificateVerify and Finished: |pki| has
 * the key. Both add to |transcript|. */
void scripted_flight_request(struct flight *out, struct flight *transcript,
                             struct tls13_keys *keys, struct span request);
void scripted_flight_finish(struct flight *out, struct flight *transcript,
                            struct tls13_keys *keys, struct pki *pki);

#endif
