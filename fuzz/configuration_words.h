/* configuration_words: the words of the target configuration: tables of them,
 * one function each. */
#ifndef CERTSPEC_FUZZ_CONFIGURATION_WORDS_H
#define CERTSPEC_FUZZ_CONFIGURATION_WORDS_H

#include "configuration_end.h"

/* A call of the API on |end|. |text| is its argument, "" without one. Returns
 * what the call does, or -1 where there is none to make. */
typedef int configuration_function(struct configuration_end *end,
                                   const char *text);

struct configuration_word {
  const char *name;
  configuration_function *perform;
};

/* configuration_number is the number at the beginning of |text|, or 0. */
int configuration_number(const char *text);

/* All tables end with a name that is NULL. */
extern const struct configuration_word configuration_credential_words[];
extern const struct configuration_word configuration_request_words[];

#endif
