/* installation: where the program's own data is. Beside the program where it
 * is installed, so that the whole may be moved; else in the sources. */
#ifndef CERTSPEC_INSTALLATION_H
#define CERTSPEC_INSTALLATION_H

#include <stddef.h>

/* installation_vectors, installation_servers and installation_reports return
 * the path of the folder of that name. The text lives as long as the process.
 * Not for several threads at once before the first call has returned. */
const char *installation_vectors(void);

const char *installation_servers(void);

const char *installation_reports(void);

/* installation_folder writes into |out|, of |out_size| bytes, the path of the
 * folder |name| for the program in file |program|, an absolute path: in the
 * program's installation if it has one, else in the sources. Whether the folder
 * is there is not looked at. 1, or 0 when a path is too long or not absolute.
 */
int installation_folder(char *out, size_t out_size, const char *program,
                        const char *name);

#endif
