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

json_t *warm_up_wants(const struct run_list *list, const struct pki *pki) {
  json_t *protocols = json_object();
  json_t *names = json_object();

  for (size_t i = 0; i < list->num_runs; i++) {
    const struct certspec_plan *plan = &list->runs[i].plan;

    if (list->runs[i].missing == NULL) {
      json_object_set_new(protocols, plan->protocol->name, json_true());
      client_names(plan, pki, names);
    }
  }

  return json_pack("{s:o, s:o}", "protocols", protocols, "names", names);
}

static int warm_up_all(const json_t *wants, struct pki *pki) {
  json_t *protocols = json_object_get(wants, "protocols");
  json_t *names = json_object_get(wants, "names");
  const char *name;
  json_t *unused;

  json_object_foreach(protocols, name, unused) {
    const struct protocol *protocol = protocol_find(name);

    if (protocol == NULL || !warm_up_protocol(protocol, pki)) {
      return 0;
    }
    client_stock(protocol);
  }
  json_object_foreach(names, name, unused) {
    pki_stock(pki, name);
  }

  ERR_clear_error();
  return 1;
}

static int try_in_child(const json_t *wants, struct pki *pki) {
  int status = 0;
  pid_t pid = fork();

  if (pid == 0) {
    signal(SIGALRM, SIG_DFL);
    alarm(TRIAL_SECONDS);
    _exit(warm_up_all(wants, pki) ? 0 : 1);
  }

  return pid > 0 && waitpid(pid, &status, 0) == pid && status == 0;
}

void warm_up(const json_t *wants, struct pki *pki) {
  if (try_in_child(wants, pki)) {
    (void)warm_up_all(wants, pki);
  }
}
