/* json_folder: the JSON files of a folder. */
#ifndef CERTSPEC_JSON_FOLDER_H
#define CERTSPEC_JSON_FOLDER_H

#include <stddef.h>

#include "error.h"
#include "json_document.h"

/* A json_folder_take takes the file at |path|, which is gone afterwards. 1, or
 * 0 with |error|. */
typedef int json_folder_take(void *argument, const char *path,
                             struct certspec_error *error);

/* json_folder_walk calls |take| with |argument| for each *.json of |folder|, in
 * the order of their names, whatever the locale; names that begin with a dot
 * are an editor's. 1 and |out_num|, how many there are; or 0 with |error|: the
 * folder cannot be read, or |take| gave 0, and was not called again. */
int json_folder_walk(size_t *out_num, const char *folder,
                     json_folder_take *take, void *argument,
                     struct certspec_error *error);

/* json_folder_walk_known does the same for the folder |name| of |parent|, which
 * need not be there: then nothing is known, and 1 is returned. */
int json_folder_walk_known(const char *parent, const char *name,
                           json_folder_take *take, void *argument,
                           struct certspec_error *error);

/* json_folder_add reads |path| behind the |*num| documents of |*documents|,
 * which may move. Returns it, in the caller's array (free each one, and the
 * array), or NULL with |error|, and the array as it was. */
struct json_document *json_folder_add(struct json_document **documents,
                                      size_t *num, const char *path,
                                      struct certspec_error *error);

#endif
