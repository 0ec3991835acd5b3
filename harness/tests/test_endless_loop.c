#include "endless_loop.h"

#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "cmocka_all.h"
#include "processor_time.h"

/* More than the loops here have; and than the one that asks the kernel. */
enum { LENGTH = 1000, LONG_LENGTH = 25000 };

/* Seconds of processor time after which all of them are in their loops. */
#define ENOUGH 0.02

/* What the tested processes do for ever. */

static void stay(void) {
  volatile unsigned always = 1;

  while (always) {
  }
}

static void stay_with_a_call(void) {
  volatile unsigned error = 4;

  do {
    for (volatile unsigned i = 0; i < 20; i = i + 1) {
    }
    error = 4;
  } while (error == 4);
}

static void count(void) {
  for (volatile unsigned turn = 0;; turn = turn + 1) {
  }
}

/* Repeats instructions that leave general registers and flags as they were. */
#ifdef __x86_64__
#define REPEAT(instructions)                                           \
  __asm__ volatile("1:\n" instructions                                 \
                   "xorl %%eax, %%eax\n xorl %%ecx, %%ecx\n"           \
                   "xorl %%edx, %%edx\n jmp 1b\n"                      \
                   :                                                   \
                   : "b"(&turns)                                       \
                   : "eax", "ecx", "edx", "r11", "xmm0", "xmm1", "cc", \
                     "memory")
#else
#define REPEAT(instructions) count()
#endif

static volatile unsigned turns;

static void count_in_memory(void) {
  REPEAT("addl $1, (%%rbx)\n");
}

static void count_in_a_vector(void) {
  REPEAT("pcmpeqd %%xmm1, %%xmm1\n paddd %%xmm1, %%xmm0\n");
}

static void read_the_counter(void) {
  REPEAT("rdtsc\n");
}

static void read_the_counter_and_processor(void) {
  REPEAT("rdtscp\n");
}

static void draw_a_number(void) {
  REPEAT("rdrand %%eax\n");
}

static void draw_a_longer_number(void) {
  REPEAT("rdrand %%rax\n");
}

static volatile sig_atomic_t was_rung;

static void ring(int signal) {
  was_rung = signal;
}

static void wait_for_a_signal(void) {
  signal(SIGALRM, ring);
  while (!was_rung) {
  }
}

static void do_nothing(void) {
  for (;;) {
    pause();
  }
}

/* The same every time, but for the kernel's answer (to getppid). Most looks
 * fall on what is between the questions. */
static void ask_the_kernel(void) {
  REPEAT(
      "movl $10000, %%ecx\n 2: decl %%ecx\n jnz 2b\n"
      "movl $110, %%eax\n syscall\n xorl %%r11d, %%r11d\n");
}

static void watch_the_clock(void) {
  while (time(NULL) > 0) {
  }
}

static void *count_on_a_thread(void *unused) {
  count();
  return unused;
}

/* The C library hears signals between threads, which would be reason enough. */
static void forget_signals(void) {
  const unsigned long by_default[4] = {0};

  for (int number = 1; number < NSIG; number++) {
    (void)syscall(SYS_rt_sigaction, number, by_default, NULL, 8);
  }
}

static void have_a_thread(void) {
  pthread_t thread;

  (void)!pthread_create(&thread, NULL, count_on_a_thread, NULL);
  forget_signals();
  stay();
}

static void watch_memory(int access) {
  volatile unsigned *shared =
      mmap(NULL, sizeof(*shared), access, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

  while (shared != MAP_FAILED && *shared == 0) {
  }
}

static void share_memory(void) {
  watch_memory(PROT_READ | PROT_WRITE);
}

static void read_shared_memory(void) {
  watch_memory(PROT_READ);
}

/* A process that is not left behind by a test that fails. */
static pid_t fork_into(void (*function)(void)) {
  pid_t pid = fork();

  assert_true(pid >= 0);
  if (pid == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    function();
    _exit(0);
  }
  return pid;
}

static pid_t start(void (*function)(void)) {
  pid_t pid = fork_into(function);

  while (processor_time_of(pid) < ENOUGH) {
    usleep(1000);
  }
  return pid;
}

/* A process that was looked at goes on: it is still there, and uses more. */
static void assert_goes_on(pid_t pid) {
  double used = processor_time_of(pid);
  int status;

  while (processor_time_of(pid) < used + 0.005) {
    assert_int_equal(waitpid(pid, &status, WNOHANG), 0);
    usleep(1000);
  }
}

static void end(pid_t pid) {
  int status;

  kill(pid, SIGKILL);
  assert_int_equal(waitpid(pid, &status, 0), pid);
  assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

/* Whether this machine lets us look, in this kind of build. */
static int may_be_shown(void) {
#if !defined(__x86_64__) || defined(__SANITIZE_ADDRESS__) || \
    defined(__SANITIZE_THREAD__)
  return 0;
#else
  pid_t pid = start(count);
  int may = ptrace(PTRACE_SEIZE, pid, NULL, NULL) == 0;

  if (may) {
    int status;

    (void)ptrace(PTRACE_INTERRUPT, pid, NULL, NULL);
    waitpid(pid, &status, __WALL);
    (void)ptrace(PTRACE_DETACH, pid, NULL, NULL);
  }
  end(pid);
  return may;
#endif
}

/* One look may fall on a state that only looks different (the processor may
 * say otherwise which registers are in use), or on a call of the kernel. */
static unsigned look_for(pid_t pid, unsigned max_len) {
  unsigned period = 0;

  for (int i = 0; i < 20 && period == 0; i++) {
    period = endless_loop_shown(pid, max_len);
  }
  return period;
}

static unsigned look(pid_t pid) {
  return look_for(pid, LENGTH);
}

static void assert_shown(void (*function)(void), unsigned least) {
  if (!may_be_shown()) {
    skip();
    return;
  }

  pid_t pid = start(function);
  assert_true(look(pid) >= least);
  assert_goes_on(pid);
  end(pid);
}

static void assert_not_shown(void (*function)(void)) {
  pid_t pid = start(function);

  assert_int_equal(look(pid), 0);
  assert_goes_on(pid);
  end(pid);
}

static void test_shows_a_loop(void **state) {
  (void)state;
  assert_shown(stay, 2);
}

static void test_shows_a_longer_loop(void **state) {
  (void)state;
  assert_shown(stay_with_a_call, 60);
}

static void test_does_not_show_a_count(void **state) {
  (void)state;
  assert_not_shown(count);
}

/* Neither is seen in the registers that a debugger shows first. */
static void test_does_not_show_a_count_elsewhere(void **state) {
  (void)state;
  assert_not_shown(count_in_memory);
  assert_not_shown(count_in_a_vector);
}

static void test_does_not_show_what_the_processor_decides(void **state) {
  (void)state;
  assert_not_shown(read_the_counter);
#ifdef __x86_64__
  assert_not_shown(read_the_counter_and_processor);
  if (__builtin_cpu_supports("rdrnd")) {
    assert_not_shown(draw_a_number);
    assert_not_shown(draw_a_longer_number);
  }
#endif
}

/* It is as busy as one that never ends, until the signal comes. */
static void test_does_not_show_what_a_signal_may_decide(void **state) {
  int status;

  (void)state;
  pid_t pid = start(wait_for_a_signal);
  assert_int_equal(look(pid), 0);
  kill(pid, SIGALRM);
  assert_int_equal(waitpid(pid, &status, 0), pid);
  assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static void test_does_not_show_what_the_kernel_decides(void **state) {
  (void)state;
  pid_t pid = start(ask_the_kernel);
  assert_int_equal(look_for(pid, LONG_LENGTH), 0);
  assert_goes_on(pid);
  end(pid);
}

static void test_does_not_show_what_a_clock_decides(void **state) {
  (void)state;
  assert_not_shown(watch_the_clock);
}

static void test_does_not_show_what_a_thread_may_decide(void **state) {
  (void)state;
  assert_not_shown(have_a_thread);
}

static void test_does_not_show_what_others_may_decide(void **state) {
  (void)state;
  assert_not_shown(share_memory);
  assert_not_shown(read_shared_memory);
}

static void test_a_process_that_is_gone(void **state) {
  (void)state;
  pid_t pid = start(stay);

  end(pid);
  assert_true(processor_time_of(pid) == 0);
  assert_int_equal(endless_loop_shown(pid, LENGTH), 0);
}

/* The look would take many seconds if the signal did not end it. */
static void test_a_signal_that_comes_meanwhile_is_not_lost(void **state) {
  int status;

  (void)state;
  pid_t pid = start(count);
  pid_t sender = fork();
  if (sender == 0) {
    usleep(20000);
    _exit(kill(pid, SIGTERM));
  }
  assert_int_equal(endless_loop_shown(pid, UINT_MAX), 0);
  assert_int_equal(waitpid(sender, &status, 0), sender);
  pid_t ended = 0;
  for (int i = 0; i < 1000 && ended == 0; i++) {
    usleep(10000);
    ended = waitpid(pid, &status, WNOHANG);
  }
  assert_int_equal(ended, pid);
  assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM);
}

/* The same from the start, at the moments of the watch's own choice. */
static void test_watches(void **state) {
  struct loop_watch watch;
  double now = 1000;
  unsigned period = 0;

  (void)state;
  if (!may_be_shown()) {
    skip();
    return;
  }

  pid_t pid = start(stay);
  endless_loop_watch(&watch, now, 0);
  for (int i = 0; i < 100 && period == 0; i++) {
    assert_true(watch.at > now);
    now = watch.at;
    period = endless_loop_look(&watch, pid, now, 100);
    usleep(10000);
  }
  assert_true(period >= 2);
  end(pid);
}

static void test_leaves_alone_what_tells_more(void **state) {
  struct loop_watch watch;
  double now = 1000;

  (void)state;
  pid_t pid = start(stay);
  endless_loop_watch(&watch, now, 0);
  const struct loop_watch first = watch;
  for (off_t told = 1; told <= 20; told++) {
    now = watch.at;
    assert_int_equal(endless_loop_look(&watch, pid, now, told), 0);
    usleep(10000);
  }
  assert_int_equal(watch.len, first.len);
  assert_true(watch.used > first.used);
  end(pid);
}

static void test_does_not_look_at_what_does_nothing(void **state) {
  struct loop_watch watch;

  (void)state;
  pid_t pid = fork_into(do_nothing);
  endless_loop_watch(&watch, 1000, 0);
  const struct loop_watch first = watch;
  assert_int_equal(endless_loop_look(&watch, pid, watch.at, 0), 0);
  assert_int_equal(watch.len, first.len);
  assert_true(watch.at > first.at);
  /* Nor is it shown to be a loop, whatever it has used. */
  assert_int_equal(look(pid), 0);
  assert_int_equal(waitpid(pid, NULL, WNOHANG), 0);
  end(pid);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_shows_a_loop),
      cmocka_unit_test(test_shows_a_longer_loop),
      cmocka_unit_test(test_does_not_show_a_count),
      cmocka_unit_test(test_does_not_show_a_count_elsewhere),
      cmocka_unit_test(test_does_not_show_what_the_processor_decides),
      cmocka_unit_test(test_does_not_show_what_a_signal_may_decide),
      cmocka_unit_test(test_does_not_show_what_the_kernel_decides),
      cmocka_unit_test(test_does_not_show_what_a_clock_decides),
      cmocka_unit_test(test_does_not_show_what_a_thread_may_decide),
      cmocka_unit_test(test_does_not_show_what_others_may_decide),
      cmocka_unit_test(test_a_process_that_is_gone),
      cmocka_unit_test(test_a_signal_that_comes_meanwhile_is_not_lost),
      cmocka_unit_test(test_watches),
      cmocka_unit_test(test_leaves_alone_what_tells_more),
      cmocka_unit_test(test_does_not_look_at_what_does_nothing),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
