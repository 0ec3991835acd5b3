/* Which processor a job has, and that its processes stay there. */
#include "processor.h"

#include <sched.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cmocka_all.h"

static cpu_set_t before;

static int note_allowed(void **state) {
  (void)state;
  return sched_getaffinity(0, sizeof(before), &before);
}

static int allow_again(void **state) {
  (void)state;
  return sched_setaffinity(0, sizeof(before), &before);
}

static void each_job_has_its_own(void **state) {
  size_t num = (size_t)CPU_COUNT(&before);
  cpu_set_t given;

  (void)state;
  CPU_ZERO(&given);
  for (size_t i = 0; i < num; i++) {
    int processor = processor_of_job(i, num);

    assert_true(processor != PROCESSOR_ANY);
    assert_true(CPU_ISSET((size_t)processor, &before));
    CPU_SET((size_t)processor, &given);
  }
  assert_int_equal(CPU_COUNT(&given), num);
}

static void any_with_more_or_fewer_jobs(void **state) {
  size_t num = (size_t)CPU_COUNT(&before);

  (void)state;
  assert_int_equal(processor_of_job(0, num + 1), PROCESSOR_ANY);
  assert_int_equal(processor_of_job(num, num + 1), PROCESSOR_ANY);
  assert_int_equal(processor_of_job(0, num - 1), PROCESSOR_ANY);
}

static void only_what_is_allowed_counts(void **state) {
  int last = processor_of_job((size_t)CPU_COUNT(&before) - 1,
                              (size_t)CPU_COUNT(&before));

  (void)state;
  processor_keep(0, last);
  assert_int_equal(processor_of_job(0, 1), last);
  assert_int_equal(processor_of_job(0, (size_t)CPU_COUNT(&before) + 1),
                   PROCESSOR_ANY);
}

static void what_is_forked_stays_there(void **state) {
  int last = processor_of_job((size_t)CPU_COUNT(&before) - 1,
                              (size_t)CPU_COUNT(&before));
  int status;

  (void)state;
  processor_keep(0, PROCESSOR_ANY);
  pid_t pid = fork();
  if (pid == 0) {
    cpu_set_t mine;

    (void)sched_getaffinity(0, sizeof(mine), &mine);
    if (!CPU_EQUAL(&mine, &before)) {
      _exit(1);
    }
    processor_keep(0, last);
    (void)sched_getaffinity(0, sizeof(mine), &mine);
    _exit(CPU_COUNT(&mine) == 1 && sched_getcpu() == last ? 0 : 2);
  }
  assert_int_equal(waitpid(pid, &status, 0), pid);
  assert_int_equal(status, 0);
}

static void both_are_gathered_and_scattered(void **state) {
  cpu_set_t mine;
  cpu_set_t its;
  cpu_set_t kept;
  int status;

  (void)state;
  pid_t pid = fork();
  if (pid == 0) {
    alarm(10); /* should this test fail and never get to it */
    pause();
    _exit(0);
  }

  processor_gather(pid, &kept);
  assert_true(CPU_EQUAL(&kept, &before));
  assert_int_equal(sched_getaffinity(0, sizeof(mine), &mine), 0);
  assert_int_equal(sched_getaffinity(pid, sizeof(its), &its), 0);
  assert_int_equal(CPU_COUNT(&mine), 1);
  assert_true(CPU_EQUAL(&mine, &its));

  processor_scatter(pid, &kept);
  assert_int_equal(sched_getaffinity(0, sizeof(mine), &mine), 0);
  assert_int_equal(sched_getaffinity(pid, sizeof(its), &its), 0);
  assert_true(CPU_EQUAL(&mine, &before));
  assert_true(CPU_EQUAL(&its, &before));
  kill(pid, SIGKILL);
  assert_int_equal(waitpid(pid, &status, 0), pid);
}

int main(void) {
  static const struct CMUnitTest tests[] = {
      cmocka_unit_test(each_job_has_its_own),
      cmocka_unit_test(any_with_more_or_fewer_jobs),
      cmocka_unit_test_setup_teardown(only_what_is_allowed_counts, note_allowed,
                                      allow_again),
      cmocka_unit_test_setup_teardown(what_is_forked_stays_there, note_allowed,
                                      allow_again),
      cmocka_unit_test_setup_teardown(both_are_gathered_and_scattered,
                                      note_allowed, allow_again),
  };

  return cmocka_run_group_tests(tests, note_allowed, NULL);
}
