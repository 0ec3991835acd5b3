#include "reports_call.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "installation.h"
#include "option_table.h"
#include "setup.h"

static char *program_path(void) {
  char *path = NULL;

  return asprintf(&path, "%s/certspec-reports", installation_reports()) < 0
             ? NULL
             : path;
}

bool reports_call_knows(const char *command) {
  for (const struct report_about *about = report_table; about->name != NULL;
       about++) {
    if (strcmp(about->name, command) == 0) {
      return true;
    }
  }

  return false;
}

int reports_call_become(char **argv) {
  size_t num = 0;

  while (argv[num] != NULL) {
    num++;
  }

  /* "python -I program" in the place of argv[0]. */
  char **words = calloc(num + 3, sizeof(*words));
  char *program = program_path();
  if (words == NULL || program == NULL) {
    fputs("certspec: out of memory\n", stderr);
    free(words);
    free(program);
    return EXIT_OWN_FAULT;
  }

  words[0] = (char *)CERTSPEC_PYTHON;
  words[1] = (char *)"-I";
  words[2] = program;
  memcpy(words + 3, argv + 1, (num - 1) * sizeof(*words));
  execv(CERTSPEC_PYTHON, words);
  fprintf(stderr, "certspec: %s: %s\n", CERTSPEC_PYTHON, strerror(errno));
  free(words);
  free(program);
  return EXIT_OWN_FAULT;
}

/* Whether certspec-reports made |page| of |results|. */
static bool make_page(const char *python, char *program, char *page,
                      char *results) {
  char *words[] = {(char *)python,  (char *)"-I", program, (char *)"page",
                   (char *)"--out", page,         results, NULL};
  int status = 0;
  sigset_t no_signals;
  sigemptyset(&no_signals);
  pid_t pid = fork();

  if (pid == 0) {
    /* The runner has set signals aside for itself. */
    signal(SIGPIPE, SIG_DFL);
    sigprocmask(SIG_SETMASK, &no_signals, NULL);
    execv(python, words);
    _exit(127);
  }
  if (pid < 0) {
    return false;
  }
  while (waitpid(pid, &status, 0) < 0) {
    if (errno != EINTR) {
      return false;
    }
  }

  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

void reports_call_page(const struct options *options) {
  struct stat about;
  char *program = program_path();
  char *results = NULL;
  char *page = NULL;

  if (asprintf(&results, "%s/results.json", options->out) < 0) {
    results = NULL;
  }
  if (asprintf(&page, "%s/index.html", options->out) < 0) {
    page = NULL;
  }
  if (program == NULL || results == NULL || page == NULL ||
      stat(results, &about) != 0 || about.st_size == 0) {
    goto done;
  }

  fflush(stdout);
  if (!make_page(options->python, program, page, results)) {
    fprintf(stderr, "certspec: no page could be made of %s\n", results);
  } else if (!options->quiet && !options->json) {
    printf("page: %s\n", page);
  }

done:
  free(program);
  free(results);
  free(page);
}
