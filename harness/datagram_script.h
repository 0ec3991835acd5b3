/* datagram_script: the client key "datagrams", which says what is lost and what
 * comes out of order. Datagrams are counted from 0 in each direction. */
#ifndef CERTSPEC_DATAGRAM_SCRIPT_H
#define CERTSPEC_DATAGRAM_SCRIPT_H

#include <jansson.h>

#include "error.h"

/* datagram_script_check checks keys and values of |script|. 1, or 0 with
 * |error| beginning with |place|. */
int datagram_script_check(const json_t *script, const char *place,
                          struct certspec_error *error);

/* The following take NULL for an empty script. datagram_script_number returns
 * the number |key|, or |fallback| where it is absent. */
json_int_t datagram_script_number(const json_t *script, const char *key,
                                  json_int_t fallback);

/* datagram_script_lists tells whether the list |key| has |index|. */
int datagram_script_lists(const json_t *script, const char *key,
                          json_int_t index);

/* datagram_script_partner returns the other half of the pair of the list |key|
 * that has |index| at |place| (0: comes later, 1: comes first), or -1. */
json_int_t datagram_script_partner(const json_t *script, const char *key,
                                   size_t place, json_int_t index);

/* datagram_script_goes_on tells whether the list |key| has an index, or a pair
 * that ends with one, of |from| or more. */
int datagram_script_goes_on(const json_t *script, const char *key,
                            json_int_t from);

#endif
