/* One scenario in a process of its own. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "explore.h"
#include "pair.h"

/* Written by the child, read by the parent. */
struct ledger {
  bool is_done; /* else whoever ended the process was not we */
  enum explore_answer answer;
  struct explore_view view;
  struct certspec_error error;
};

static _Noreturn void perform(struct ledger *ledger, struct pki *pki,
                              const struct scenario *scenario,
                              const struct model_facts *facts) {
  struct prediction prediction;

  prctl(PR_SET_PDEATHSIG, SIGKILL);
  struct pair *pair = pair_open(pki, &ledger->error);
  if (pair != NULL && model_predict(&prediction, scenario, facts)) {
    ledger->answer = explore_one(&ledger->view, pair, scenario, &prediction,
                                 facts, &ledger->error);
  }
  ledger->is_done = true;
  _exit(0);
}

/* Waits until the child has ended, and so closed its end of the pipe, or until
 * the time is up. */
static int ends_in_time(int fd, double time_limit) {
  struct pollfd wait = {.fd = fd, .events = POLLIN};
  int num;

  do {
    num = poll(&wait, 1, (int)(time_limit * 1000));
  } while (num < 0 && errno == EINTR);
  return num > 0;
}

static enum explore_answer run(struct ledger *ledger, struct pki *pki,
                               const struct scenario *scenario,
                               const struct model_facts *facts,
                               double time_limit) {
  int ends[2];
  int status = 0;

  if (pipe(ends) != 0) {
    certspec_error_set(&ledger->error, NULL, 0, "no pipe: %s", strerror(errno));
    return EXPLORE_FAULT;
  }

  pid_t pid = fork();
  if (pid == 0) {
    close(ends[0]);
    perform(ledger, pki, scenario, facts);
  }
  close(ends[1]);

  bool in_time = pid > 0 && ends_in_time(ends[0], time_limit);
  close(ends[0]);
  if (!in_time && pid > 0) {
    kill(pid, SIGKILL);
  }
  if (pid < 0 || waitpid(pid, &status, 0) != pid) {
    certspec_error_set(&ledger->error, NULL, 0, "no process: %s",
                       strerror(errno));
    return EXPLORE_FAULT;
  }
  if (!in_time) {
    return EXPLORE_ENDLESS;
  }
  if (!ledger->is_done) {
    ledger->view.signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    return EXPLORE_DIED;
  }
  return ledger->answer;
}

enum explore_answer explore_apart(struct explore_view *out, struct pki *pki,
                                  const struct scenario *scenario,
                                  const struct model_facts *facts,
                                  double time_limit,
                                  struct certspec_error *error) {
  struct ledger *ledger = mmap(NULL, sizeof(*ledger), PROT_READ | PROT_WRITE,
                               MAP_SHARED | MAP_ANONYMOUS, -1, 0);

  if (ledger == MAP_FAILED) {
    certspec_error_set(error, NULL, 0, "no memory: %s", strerror(errno));
    return EXPLORE_FAULT;
  }

  *ledger = (struct ledger){.answer = EXPLORE_FAULT};
  enum explore_answer answer = run(ledger, pki, scenario, facts, time_limit);
  *out = ledger->view;
  *error = ledger->error;
  munmap(ledger, sizeof(*ledger));
  return answer;
}

void explore_reduce_apart(struct scenario *scenario, enum explore_answer answer,
                          struct pki *pki, const struct model_facts *facts,
                          double time_limit) {
  struct explore_view view;
  struct certspec_error error;
  struct scenario simpler;
  struct prediction prediction;
  size_t attempt = 0;
  int is_simpler;

  while ((is_simpler = space_reduce(&simpler, scenario, attempt)) >= 0) {
    if (is_simpler && model_predict(&prediction, &simpler, facts) &&
        explore_apart(&view, pki, &simpler, facts, time_limit, &error) ==
            answer) {
      *scenario = simpler;
      attempt = 0;
    } else {
      attempt++;
    }
  }
}
