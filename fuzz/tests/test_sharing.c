/* What inputs share comes out of each as it went in, or the input is named. */
#include "sharing.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cmocka_all.h"
#include "loaded_pki.h"
#include "loans.h"
#include "references.h"

#define NAME "rsa-leaf"

static const struct pair_loans *lent;

/* In the place of the pair: what it would borrow from. */
void __wrap_pair_borrow(struct pair *pair, const struct pair_loans *loans);
void __wrap_pair_borrow(struct pair *pair, const struct pair_loans *loans) {
  (void)pair;
  lent = loans;
}

static int start(void **state) {
  if (start_and_load_pki(state) != 0) {
    return -1;
  }

  sharing_add(pki, NAME);
  if (references_start()) {
    loans_start(pki);
  }
  return 0;
}

static bool can_count(void) {
  bool can = references_start();

  if (!can) {
    skip();
  }
  return can;
}

/* How a process ends that does |input|: 0, or the signal. */
static int end_of(void (*input)(void)) {
  int status = 0;
  pid_t pid = fork();

  assert_true(pid >= 0);
  if (pid == 0) {
    signal(SIGABRT, SIG_DFL); /* cmocka's ends the test */
    input();
    _exit(0);
  }
  assert_int_equal(waitpid(pid, &status, 0), pid);
  return WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status);
}

static void references_are_counted(void **state) {
  (void)state;
  if (!can_count()) {
    return;
  }

  X509 *certificate = X509_new();
  EVP_PKEY *key = EVP_PKEY_new();
  X509_up_ref(certificate);
  assert_int_equal(references_of_certificate(certificate), 2);
  X509_free(certificate);
  assert_int_equal(references_of_certificate(certificate), 1);
  X509_free(certificate);
  EVP_PKEY_up_ref(key);
  assert_int_equal(references_of_key(key), 2);
  EVP_PKEY_free(key);
  assert_int_equal(references_of_key(key), 1);
  EVP_PKEY_free(key);
}

static void share_and_give_back(void) {
  sharing_begin(true);
  X509_free(sharing_take_certificate(NAME));
  EVP_PKEY_free(sharing_take_key(NAME));
  sharing_end();
}

static void keep_a_certificate(void) {
  sharing_begin(true);
  (void)sharing_take_certificate(NAME);
  sharing_end();
}

static void keep_a_key(void) {
  sharing_begin(true);
  (void)sharing_take_key(NAME);
  sharing_end();
}

static void what_is_shared_comes_back(void **state) {
  (void)state;
  if (!can_count()) {
    return;
  }

  assert_int_equal(end_of(share_and_give_back), 0);
  assert_int_equal(end_of(keep_a_certificate), SIGABRT);
  assert_int_equal(end_of(keep_a_key), SIGABRT);
}

/* The same bytes are the same object, while sharing; others never are. */
static void bytes_that_are_known_are_shared(void **state) {
  struct span der = sharing_der(NAME);

  (void)state;
  if (!can_count()) {
    return;
  }

  for (int sharing = 0; sharing < 2; sharing++) {
    const unsigned char *in = der.bytes;
    X509 *out = X509_new();

    assert_int_equal(sharing_begin(sharing), sharing);
    assert_non_null(d2i_X509(&out, &in, (long)der.len));
    assert_ptr_equal(in, der.bytes + der.len);
    X509 *shared = sharing_take_certificate(NAME);
    assert_int_equal(out == shared, sharing);
    X509_free(shared);
    X509_free(out);
    sharing_end();
  }
}

static void borrow_and_give_back(void) {
  loans_begin(NULL, true);
  X509_free(lent->certificate(IDENTITY_NONE + 1));
  EVP_PKEY_free(lent->key(IDENTITY_NONE + 1));
  loans_end();
}

static void borrow_a_certificate(void) {
  loans_begin(NULL, true);
  (void)lent->certificate(IDENTITY_NONE + 1);
  loans_end();
}

static void borrow_a_key(void) {
  loans_begin(NULL, true);
  (void)lent->key(IDENTITY_NONE + 1);
  loans_end();
}

static void what_is_lent_comes_back(void **state) {
  (void)state;
  if (!can_count()) {
    return;
  }

  assert_int_equal(end_of(borrow_and_give_back), 0);
  assert_int_equal(end_of(borrow_a_certificate), SIGABRT);
  assert_int_equal(end_of(borrow_a_key), SIGABRT);
  loans_begin(NULL, false);
  assert_null(lent);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(references_are_counted),
      cmocka_unit_test(what_is_shared_comes_back),
      cmocka_unit_test(bytes_that_are_known_are_shared),
      cmocka_unit_test(what_is_lent_comes_back),
  };
  return cmocka_run_group_tests_name("sharing", tests, start, free_pki);
}
