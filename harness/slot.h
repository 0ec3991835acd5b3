/* slot: one job of the runner: a server, and the child that runs against it.
 * The runs of a case are performed by one child, one after the other, as long
 * as nothing goes wrong. Nothing here waits. */
#ifndef CERTSPEC_SLOT_H
#define CERTSPEC_SLOT_H

#include <poll.h>
#include <stdbool.h>
#include <sys/types.h>

#include "child_process.h"
#include "endless_loop.h"
#include "launcher.h"
#include "observation.h"
#include "run.h"
#include "server.h"
#include "verdict.h"

enum slot_state {
  SLOT_STARTING, /* the server is not ready yet */
  SLOT_IDLE,
  SLOT_RUNNING, /* until the child is done and its connections answered */
  SLOT_FINISHED,
  SLOT_DEAD, /* its server cannot be started */
};

struct slot_setting {
  struct server_setting server; /* stderr_fd is the slot's own */
  struct launcher *launcher;
  double time_limit; /* seconds */
  bool apart;        /* each run has a child of its own */
};

struct slot {
  const struct slot_setting *setting;
  int processor; /* of its server and its children (processor.h) */
  enum slot_state state;
  struct server server;
  int server_stderr;
  int child_stderr;
  int events;             /* a file in memory, as the two before */
  off_t events_at;        /* where those of the run begin */
  double server_deadline; /* to be ready */

  struct run *run;
  struct observation seen;
  json_t *early; /* answers to connections that are not known yet */
  struct ending ending;
  char fault_text[640]; /* what ending.fault or server_fault points to */
  struct child_process child;
  struct child_process dismissed; /* is about to exit, having done its runs */
  pid_t child_server;             /* that the child was forked for */
  const struct run *child_last;   /* the run that it was given last */
  bool is_busy;                   /* the child has not done the run yet */
  bool is_shared;                 /* it has performed another run before */
  long first_connection;
  unsigned num_ended_lines; /* that the server has not answered yet */
  double started;
  double child_deadline;
  double answer_deadline;
  struct loop_watch watch;
};

#define SLOT_NUM_POLL 4

/* slot_open makes an empty slot, whose processes are kept on |processor|, and
 * begins to start its server. 1, or 0 with |error|. Borrows |setting|. Close
 * with slot_close. */
int slot_open(struct slot *out, const struct slot_setting *setting,
              int processor, struct certspec_error *error);

/* slot_close kills the child, stops the server, frees. */
void slot_close(struct slot *slot);

/* slot_dismiss has the next run performed by a new child. */
void slot_dismiss(struct slot *slot);

/* slot_begin gives |run| to a child: to the one that has performed runs of the
 * same case that come before it in its list, if there is one, else to a new
 * one. The slot must be idle. 1, or 0 with |error|. */
int slot_begin(struct slot *slot, struct run *run,
               struct certspec_error *error);

/* slot_poll fills |out| (SLOT_NUM_POLL of them) with what to wait for, and
 * lowers |*deadline| to the time (event_now) when the slot wants to be served
 * anyway. */
void slot_poll(const struct slot *slot, struct pollfd *out, double *deadline);

/* slot_serve takes what is there. 1, or 0 with |error| when the server could
 * not be started (then the slot is dead). A run that is over leaves the slot
 * finished: |seen| and |ending| are whole. */
int slot_serve(struct slot *slot, const struct pollfd *polled,
               struct certspec_error *error);

/* slot_take_stderr returns the last bytes that the child of the run wrote to
 * its stderr, NULL for none. The caller frees it. */
char *slot_take_stderr(struct slot *slot);

/* slot_release frees the run's observation, and makes the slot idle, or starts
 * its server again if that is gone. 1, or 0 with |error|. */
int slot_release(struct slot *slot, struct certspec_error *error);

#endif
