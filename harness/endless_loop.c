#include "endless_loop.h"

#include <math.h>

#include "processor_time.h"

#ifdef __x86_64__
#include <elf.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#endif

/* The first look, after so many seconds of processor time, and how much more
 * each following one takes; an instruction takes some microseconds. */
#define FIRST_LOOK 0.01
#define FIRST_LENGTH 128
#define GROWTH 3

/* Seconds between two questions for what a process has used. */
#define PAUSE 0.01

#ifdef __x86_64__

enum {
  MAX_RANGES = 512,
  PAGE = 4096,
  PIECE = 1 << 17, /* bytes read at once */
  CODE_LEN = 16,   /* the longest instruction has 15 bytes */
};

#define MAX_MEMORY ((size_t)64 << 20)

struct range {
  uintptr_t start;
  size_t len;
};

/* A processor's other registers. */
struct extended {
  unsigned char bytes[16384];
  size_t len;
};

struct process {
  pid_t pid;
  struct range ranges[MAX_RANGES];
  size_t num_ranges;
  size_t memory_len;
  struct range vdso; /* where clocks are read without the kernel */
};

/* Takes one line of /proc/PID/maps. 0 when the process cannot be judged: what
 * is shared can be changed by others. */
static int take_mapping(struct process *process, const char *line) {
  char *rest;
  unsigned long start = strtoul(line, &rest, 16);
  unsigned long end = *rest == '-' ? strtoul(rest + 1, &rest, 16) : 0;
  const char *access = rest + 1;

  if (end <= start || *rest != ' ' || strlen(access) < strlen("rw-p")) {
    return 0;
  }

  struct range range = {.start = start, .len = end - start};
  if (strstr(line, "[vdso]") != NULL) {
    process->vdso = range;
  }
  if (access[3] == 's') {
    return 0;
  }
  if (access[1] != 'w') {
    return 1;
  }
  if (process->num_ranges == MAX_RANGES ||
      range.len > MAX_MEMORY - process->memory_len) {
    return 0;
  }

  process->ranges[process->num_ranges++] = range;
  process->memory_len += range.len;
  return 1;
}

static int read_mappings(struct process *process) {
  char path[64];
  char line[512];
  int ok = 1;

  snprintf(path, sizeof(path), "/proc/%d/maps", (int)process->pid);
  *process = (struct process){.pid = process->pid};
  FILE *maps = fopen(path, "re");
  if (maps == NULL) {
    return 0;
  }

  while (ok && fgets(line, sizeof(line), maps) != NULL) {
    ok = strchr(line, '\n') != NULL && take_mapping(process, line);
  }
  fclose(maps);
  return ok && process->num_ranges > 0;
}

/* What a line of /proc/PID/status says behind |label|; else |otherwise|. */
static unsigned long long take_number(const char *line, const char *label,
                                      int base, unsigned long long otherwise) {
  size_t label_len = strlen(label);

  return strncmp(line, label, label_len) == 0
             ? strtoull(line + label_len, NULL, base)
             : otherwise;
}

/* Signals that come of what the process itself does. */
static unsigned long long own_signals(void) {
  static const int OWN[] = {SIGSEGV, SIGBUS,  SIGILL, SIGFPE,
                            SIGTRAP, SIGABRT, SIGSYS};
  unsigned long long set = 0;

  for (size_t i = 0; i < sizeof(OWN) / sizeof(OWN[0]); i++) {
    set |= 1ULL << (OWN[i] - 1);
  }
  return set;
}

/* Whether nothing but its own code moves the process: it has one thread, and
 * waits for no signal, such as a timer's. */
static int is_alone(pid_t pid) {
  char path[64];
  char line[128];
  unsigned long long num_threads = 0;
  unsigned long long caught = ~0ULL;

  snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
  FILE *status = fopen(path, "re");
  if (status == NULL) {
    return 0;
  }

  while (fgets(line, sizeof(line), status) != NULL) {
    num_threads = take_number(line, "Threads:", 10, num_threads);
    caught = take_number(line, "SigCgt:", 16, caught);
  }
  fclose(status);
  return num_threads == 1 && (caught & ~own_signals()) == 0;
}

/* What is a number here is an address there. */
static void *address_of(uintptr_t number) {
  return (void *)number; /* NOLINT(performance-no-int-to-ptr) */
}

static int read_range(pid_t pid, struct range range, void *out) {
  struct iovec local = {.iov_base = out, .iov_len = range.len};
  struct iovec remote = {.iov_base = address_of(range.start),
                         .iov_len = range.len};

  return process_vm_readv(pid, &local, 1, &remote, 1, 0) == (ssize_t)range.len;
}

static int read_registers(pid_t pid, struct user_regs_struct *out) {
  struct iovec into = {.iov_base = out, .iov_len = sizeof(*out)};

  return ptrace(PTRACE_GETREGSET, pid, (void *)NT_PRSTATUS, &into) == 0;
}

static int read_extended(pid_t pid, struct extended *out) {
  struct iovec into = {.iov_base = out->bytes, .iov_len = sizeof(out->bytes)};

  if (ptrace(PTRACE_GETREGSET, pid, (void *)NT_X86_XSTATE, &into) != 0) {
    return 0;
  }

  out->len = into.iov_len;
  return 1;
}

static int is_prefix(unsigned char byte) {
  static const unsigned char PREFIXES[] = {0x26, 0x2E, 0x36, 0x3E, 0x64, 0x65,
                                           0x66, 0x67, 0xF0, 0xF2, 0xF3};

  return (byte & 0xF0) == 0x40 || /* REX */
         memchr(PREFIXES, byte, sizeof(PREFIXES)) != NULL;
}

/* Whether what |code| does is decided by more than registers and memory: a
 * call of the kernel, a clock, a counter or a random number. */
static int asks_outside(const unsigned char *code, size_t code_len) {
  size_t at = 0;

  while (at < code_len && is_prefix(code[at])) {
    at++;
  }
  if (at + 2 >= code_len) {
    return 1;
  }

  unsigned char second = code[at + 1];
  unsigned char third = code[at + 2];
  switch (code[at]) {
    case 0xCC: /* INT3 */
    case 0xCD: /* INT */
    case 0xCE:
    case 0xF1:
      return 1;
    case 0x0F:
      return second == 0x05 || second == 0x34 ||  /* SYSCALL, SYSENTER */
             second == 0x31 || second == 0x33 ||  /* RDTSC, RDPMC */
             (second == 0x01 && third == 0xF9) || /* RDTSCP */
             (second == 0xC7 && third >= 0xF0);   /* RDRAND, RDSEED, RDPID */
    default:
      return 0;
  }
}

static int is_in(struct range range, uintptr_t address) {
  return address - range.start < range.len;
}

/* Whether the instruction that comes next depends on nothing else. */
static int may_step(const struct process *process, uintptr_t at) {
  unsigned char code[CODE_LEN];
  size_t in_page = PAGE - at % PAGE;
  size_t first_len = in_page < CODE_LEN ? in_page : CODE_LEN;
  struct iovec local = {.iov_base = code, .iov_len = CODE_LEN};
  /* The next page may not be there, and need not. */
  struct iovec remote[2] = {
      {.iov_base = address_of(at), .iov_len = first_len},
      {.iov_base = address_of(at + first_len), .iov_len = CODE_LEN - first_len},
  };

  ssize_t num = process_vm_readv(process->pid, &local, 1, remote, 2, 0);
  return num > 0 && !is_in(process->vdso, at) &&
         !asks_outside(code, (size_t)num);
}

/* Waits for the process to stop. 1 when it has for the tracing's sake; else
 * |*out_signal| is what it was to get, and it may be gone. */
static int has_stopped(pid_t pid, int *out_signal) {
  int status;

  if (waitpid(pid, &status, __WALL) != pid || !WIFSTOPPED(status)) {
    return 0;
  }
  if (WSTOPSIG(status) == SIGTRAP) {
    return 1;
  }

  *out_signal = WSTOPSIG(status);
  return 0;
}

static int step(const struct process *process, struct user_regs_struct *inout,
                int *out_signal) {
  return may_step(process, inout->rip) &&
         ptrace(PTRACE_SINGLESTEP, process->pid, NULL, NULL) == 0 &&
         has_stopped(process->pid, out_signal) &&
         read_registers(process->pid, inout);
}

static int is_same(const struct user_regs_struct *a,
                   const struct user_regs_struct *b) {
  return memcmp(a, b, sizeof(*a)) == 0;
}

/* Steps until the registers are as they are now; after how many, or 0. */
static unsigned find_period(const struct process *process,
                            struct user_regs_struct *inout, unsigned max_len,
                            int *out_signal) {
  const struct user_regs_struct first = *inout;

  for (unsigned num = 1; num <= max_len; num++) {
    if (!step(process, inout, out_signal)) {
      return 0;
    }
    if (is_same(inout, &first)) {
      return num;
    }
  }
  return 0;
}

static int save_memory(const struct process *process, unsigned char *out) {
  for (size_t i = 0; i < process->num_ranges; i++) {
    if (!read_range(process->pid, process->ranges[i], out)) {
      return 0;
    }
    out += process->ranges[i].len;
  }
  return 1;
}

static int memory_is(const struct process *process,
                     const unsigned char *saved) {
  static unsigned char now[PIECE];

  for (size_t i = 0; i < process->num_ranges; i++) {
    struct range range = process->ranges[i];
    struct range piece = {.start = range.start};

    for (size_t at = 0; at < range.len; at += piece.len) {
      piece.start = range.start + at;
      piece.len = range.len - at < PIECE ? range.len - at : PIECE;
      if (!read_range(process->pid, piece, now) ||
          memcmp(now, saved + at, piece.len) != 0) {
        return 0;
      }
    }
    saved += range.len;
  }
  return 1;
}

/* Whether |period| steps lead from this state back to it. |saved| has room for
 * the process's memory. */
static int comes_back(const struct process *process,
                      const struct user_regs_struct *registers, unsigned period,
                      unsigned char *saved, int *out_signal) {
  struct user_regs_struct now = *registers;
  struct extended before;
  struct extended after;

  if (!read_extended(process->pid, &before) || !save_memory(process, saved)) {
    return 0;
  }

  for (unsigned i = 0; i < period; i++) {
    if (!step(process, &now, out_signal)) {
      return 0;
    }
  }
  return is_same(&now, registers) && read_extended(process->pid, &after) &&
         after.len == before.len &&
         memcmp(after.bytes, before.bytes, before.len) == 0 &&
         memory_is(process, saved);
}

static unsigned look_at(struct process *process, unsigned max_len,
                        int *out_signal) {
  struct user_regs_struct registers;

  /* A system call that the stop has broken off would be done again. */
  if (!is_alone(process->pid) || !read_mappings(process) ||
      !read_registers(process->pid, &registers) ||
      registers.orig_rax != ~0ULL || !step(process, &registers, out_signal)) {
    return 0;
  }

  unsigned period = find_period(process, &registers, max_len, out_signal);
  if (period == 0) {
    return 0;
  }

  unsigned char *saved = malloc(process->memory_len);
  if (saved == NULL ||
      !comes_back(process, &registers, period, saved, out_signal)) {
    period = 0;
  }
  free(saved);
  return period;
}

unsigned endless_loop_shown(pid_t pid, unsigned max_len) {
  struct process process = {.pid = pid};
  unsigned period = 0;
  int signal = 0;

  /* WARNING: a sanitizer looks for leaks by ptrace, too, and fails when it
   * cannot: one whose mappings forbid it is not touched. */
  if (!is_alone(pid) || !read_mappings(&process) ||
      ptrace(PTRACE_SEIZE, pid, NULL, NULL) != 0) {
    return 0;
  }

  if (ptrace(PTRACE_INTERRUPT, pid, NULL, NULL) == 0 &&
      has_stopped(pid, &signal)) {
    period = look_at(&process, max_len, &signal);
  }
  (void)ptrace(PTRACE_DETACH, pid, NULL, address_of((uintptr_t)signal));
  return period;
}

#else

unsigned endless_loop_shown(pid_t pid, unsigned max_len) {
  (void)pid;
  (void)max_len;
  return 0;
}

#endif

void endless_loop_watch(struct loop_watch *out, double now, double used) {
  *out = (struct loop_watch){
      .at = now + PAUSE, .used = used + FIRST_LOOK, .len = FIRST_LENGTH};
}

unsigned endless_loop_look(struct loop_watch *watch, pid_t pid, double now,
                           off_t told) {
  double used = processor_time_of(pid);
  unsigned period = 0;

  if (used >= watch->used && told != watch->told) {
    watch->told = told;
    watch->used = used + FIRST_LOOK;
  } else if (used >= watch->used) {
    period = endless_loop_shown(pid, watch->len);
    watch->used = GROWTH * used;
    watch->len *= GROWTH;
  }
  /* What it has yet to use takes at least that long. */
  watch->at = now + fmax(PAUSE, watch->used - used);
  return period;
}
