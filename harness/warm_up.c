#include "warm_up.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "client.h"
#include "pair.h"

enum { TRIAL_SECONDS = 10 };

/* An object made in advance spares a child the making, and costs as much once:
 * it pays for what many a child asks for. */
enum { RUNS_FOR_SPARES = 200 };

static int shake_hands(const struct protocol *protocol, struct pki *pki,
                       const char *client) {
  struct pair_setting setting = {.protocol = protocol,
                                 .pki = pki,
                                 .client = client,
                                 .server = "server-ecdsa"};
  struct certspec_error error;
  double seconds;

  return pair_handshakes(&setting, 1, &seconds, &error);
}

static int warm_up_protocol(const struct protocol *protocol, struct pki *pki) {
  return protocol->kind != PROTOCOL_TLS ||
         (shake_hands(protocol, pki, "rsa-leaf") &&
          (protocol->version < TLS1_2_VERSION ||
           shake_hands(protocol, pki, "ecdsa-leaf")));
}

static void count_names(json_t *names, const struct certspec_plan *plan,
                        const struct pki *pki) {
  json_t *named = json_object();
  const char *name;
  json_t *unused;

  client_names(plan, pki, named);
  json_object_foreach(named, name, unused) {
    json_int_t num = json_integer_value(json_object_get(names, name));

    json_object_set_new(names, name, json_integer(num + 1));
  }
  json_decref(named);
}

json_t *warm_up_wants(const struct run_list *list, const struct pki *pki) {
  json_t *protocols = json_object();
  json_t *names = json_object();

  for (size_t i = 0; i < list->num_runs; i++) {
    const struct certspec_plan *plan = &list->runs[i].plan;

    if (list->runs[i].missing == NULL) {
      json_object_set_new(protocols, plan->protocol->name, json_true());
      count_names(names, plan, pki);
    }
  }

  return json_pack("{s:o, s:o}", "protocols", protocols, "names", names);
}

static int warm_up_all(const json_t *wants, struct pki *pki) {
  json_t *protocols = json_object_get(wants, "protocols");
  json_t *names = json_object_get(wants, "names");
  const char *name;
  json_t *unused;
  json_t *num;

  json_object_foreach(protocols, name, unused) {
    const struct protocol *protocol = protocol_find(name);

    if (protocol == NULL || !warm_up_protocol(protocol, pki)) {
      return 0;
    }
    client_stock(protocol);
  }
  json_object_foreach(names, name, num) {
    pki_stock(pki, name, json_integer_value(num) >= RUNS_FOR_SPARES);
  }

  ERR_clear_error();
  return 1;
}

/* Waits for the copy that stands for this process from now on. */
static _Noreturn void stand_by(pid_t copy) {
  while (waitpid(copy, NULL, 0) < 0 && errno == EINTR) {
  }
  _exit(0);
}

static void become_copy(pid_t original, int fd, const json_t *wants,
                        struct pki *pki) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  signal(SIGALRM, SIG_DFL);
  alarm(TRIAL_SECONDS);
  if (getppid() != original || !warm_up_all(wants, pki)) {
    _exit(1);
  }

  alarm(0);
  (void)!write(fd, "", 1);
  close(fd);
}

void warm_up(const json_t *wants, struct pki *pki) {
  pid_t original = getpid();
  int fds[2];
  char byte;

  if (pipe2(fds, O_CLOEXEC) != 0) {
    return;
  }

  pid_t copy = fork();
  if (copy == 0) {
    close(fds[0]);
    become_copy(original, fds[1], wants, pki);
    return;
  }

  close(fds[1]);
  if (copy > 0 && read(fds[0], &byte, 1) == 1) {
    stand_by(copy);
  }
  close(fds[0]);
  if (copy > 0) {
    waitpid(copy, NULL, 0);
  }
}
