/* case_words: what a case does and wants, in words. */
#ifndef CERTSPEC_CASE_WORDS_H
#define CERTSPEC_CASE_WORDS_H

#include <stdio.h>

#include "case.h"

/* case_words_print writes |source| to |file|: what it is, what the statements
 * say that it checks, the client's and the server's part, the steps, and what
 * must be seen, or is recorded. Steps have the numbers of steps[N]. */
void case_words_print(FILE *file, const struct certspec_catalogue *catalogue,
                      const struct certspec_case *source);

/* case_words_value returns |value| as words: a text as it is, a list with
 * commas, a matcher ({"$at_least": 3}) in English, else JSON. The caller frees
 * it. */
char *case_words_value(const json_t *value);

#endif
