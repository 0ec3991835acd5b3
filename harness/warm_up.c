#include "warm_up.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "client.h"
#include "pair.h"

enum { TRIAL_SECONDS = 10 };

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

static int is_used(const struct run_list *list,
                   const struct protocol *protocol) {
  for (size_t i = 0; i < list->num_runs; i++) {
    if (list->runs[i].plan.protocol == protocol &&
        list->runs[i].missing == NULL) {
      return 1;
    }
  }

  return 0;
}

static int warm_up_all(const struct run_list *list, struct pki *pki) {
  size_t num;
  const struct protocol *protocols = protocol_table(&num);
  int ok = 1;

  for (size_t i = 0; ok && i < num; i++) {
    ok = !is_used(list, &protocols[i]) || warm_up_protocol(&protocols[i], pki);
  }

  for (size_t i = 0; ok && i < list->num_runs; i++) {
    if (list->runs[i].missing == NULL) {
      client_stock(&list->runs[i].plan, pki);
    }
  }

  ERR_clear_error();
  return ok;
}

static int try_in_child(const struct run_list *list, struct pki *pki) {
  int status = 0;
  pid_t pid = fork();

  if (pid == 0) {
    signal(SIGALRM, SIG_DFL);
    alarm(TRIAL_SECONDS);
    _exit(warm_up_all(list, pki) ? 0 : 1);
  }

  return pid > 0 && waitpid(pid, &status, 0) == pid && status == 0;
}

void warm_up(const struct run_list *list, struct pki *pki) {
  if (try_in_child(list, pki)) {
    (void)warm_up_all(list, pki);
  }
}
