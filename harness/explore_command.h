/* explore_command: `certspec explore`. */
#ifndef CERTSPEC_EXPLORE_COMMAND_H
#define CERTSPEC_EXPLORE_COMMAND_H

#include "options.h"

/* explore_perform explores the space, or performs the scenarios of --only, and
 * prints every disagreement with the model. The exit code. */
int explore_perform(const struct options *options);

#endif
