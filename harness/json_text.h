/* json_text: texts from outside as JSON, which holds nothing but UTF-8. */
#ifndef CERTSPEC_JSON_TEXT_H
#define CERTSPEC_JSON_TEXT_H

#include <jansson.h>
#include <stdio.h>

/* json_text returns |text| as a JSON string, owned by the caller; if it is no
 * UTF-8, with "?" for every byte that is not ASCII. null for want of memory. */
json_t *json_text(const char *text);

/* json_text_print writes |text| to |file| as such a string, quoted and in
 * ASCII; null for want of memory. */
void json_text_print(const char *text, FILE *file);

#endif
