/* reports_call: the program's calls of reports/certspec-reports. */
#ifndef CERTSPEC_REPORTS_CALL_H
#define CERTSPEC_REPORTS_CALL_H

#include "options.h"

/* reports_call_knows tells whether |command| is one of reports/. */
bool reports_call_knows(const char *command);

/* reports_call_become replaces the process by certspec-reports with |argv|,
 * argv[1] being the command. Returns only when that fails: an exit code, the
 * complaint is printed. */
int reports_call_become(char **argv);

/* reports_call_page makes index.html of the results in options->out, and tells
 * where it is unless |options| ask for quiet. Nothing happens where there are
 * no results. A page that cannot be made is complained about, and no more: the
 * results are there. */
void reports_call_page(const struct options *options);

#endif
