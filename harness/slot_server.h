/* slot_server: the server of a slot. For slot.c alone. */
#ifndef CERTSPEC_SLOT_SERVER_H
#define CERTSPEC_SLOT_SERVER_H

#include "slot.h"

/* slot_take_tail returns the last bytes of the file |fd|, which is emptied;
 * NULL when it is empty. The caller frees it. */
char *slot_take_tail(int fd);

/* slot_set_fault copies |text| and makes |*out|, a fault of slot->ending, point
 * to it. The first fault of a run stays. */
void slot_set_fault(struct slot *slot, const char **out, const char *text);

/* slot_start_server begins to start the server. 1, or 0 with |error|: the slot
 * is dead. */
int slot_start_server(struct slot *slot, struct certspec_error *error);

/* slot_serve_start looks whether the server is ready. 1, or 0 with |error|: it
 * came to nothing, or its time is up, and the slot is dead. */
int slot_serve_start(struct slot *slot, struct certspec_error *error);

/* slot_serve_idle reads what the server says between two runs, and starts it
 * again if it is gone. 1, or 0 with |error|. */
int slot_serve_idle(struct slot *slot, struct certspec_error *error);

/* slot_read_answers takes all that the server has said. */
void slot_read_answers(struct slot *slot);

/* slot_match_early gives answers that were early to the connections that have
 * become known. */
void slot_match_early(struct slot *slot);

/* slot_end_connections does for a child that came to no end what it cannot do
 * any more: it would have ended its connections. */
void slot_end_connections(struct slot *slot);

/* slot_lose_server kills the server, which is of no more use: the run cannot
 * be judged, for |text| or, when that is NULL, for how the server ended. */
void slot_lose_server(struct slot *slot, const char *text);

#endif
