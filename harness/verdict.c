#include "verdict.h"

#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

static void decide(struct judgement *out, enum verdict verdict,
                   const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static void decide(struct judgement *out, enum verdict verdict,
                   const char *format, ...) {
  va_list arguments;

  va_start(arguments, format);
  out->verdict = verdict;
  vsnprintf(out->reason, sizeof(out->reason), format, arguments);
  va_end(arguments);
  for (char *at = out->reason; *at != '\0'; at++) {
    if (*at == '\n' || *at == '\r' || *at == '\t') {
      *at = ' ';
    }
  }
}

static int died(struct judgement *out, const struct observation *seen,
                const struct ending *ending) {
  if (!WIFSIGNALED(ending->status) || ending->killed) {
    return 0;
  }

  const char *name = sigabbrev_np(WTERMSIG(ending->status));
  name = name != NULL ? name : "?";
  if (seen->end != NULL) {
    decide(out, VERDICT_CRASH, "killed by SIG%s after its last step", name);
  } else {
    decide(out, VERDICT_CRASH, "killed by SIG%s in step %zu", name,
           json_array_size(seen->steps));
  }
  return 1;
}

/* The server's own words: a refused scenario, or a fault of its code. */
static int server_says(struct judgement *out, const struct observation *seen) {
  size_t i;
  json_t *answer;

  json_array_foreach(seen->server, i, answer) {
    const char *error = json_string_value(json_object_get(answer, "error"));
    const char *end = json_string_value(json_object_get(answer, "end"));

    if (error != NULL) {
      decide(out, VERDICT_SERVER_BUG, "connection %zu: %s", i, error);
      return 1;
    }
    if (end != NULL && strcmp(end, "server-bug") == 0) {
      const char *detail = json_string_value(json_object_get(answer, "detail"));

      decide(out, VERDICT_SERVER_BUG, "connection %zu: %s", i,
             detail != NULL ? detail : "server-bug");
      return 1;
    }
  }

  return 0;
}

static int server_failed(struct judgement *out, const struct observation *seen,
                         const struct ending *ending) {
  if (ending->server_fault != NULL) {
    decide(out, VERDICT_SERVER_BUG, "%s", ending->server_fault);
    return 1;
  }

  return server_says(out, seen);
}

static int timed_out(struct judgement *out, const struct observation *seen,
                     const struct ending *ending) {
  if (!ending->timed_out) {
    return 0;
  }

  size_t step = json_array_size(seen->steps);
  if (ending->loop_period > 0) {
    decide(out, VERDICT_TIMEOUT,
           "never ends: every %u instructions it is where it was, in step %zu",
           ending->loop_period, step);
    return 1;
  }

  decide(out, VERDICT_TIMEOUT, "killed after %g s, in step %zu",
         ending->time_limit, step);
  return 1;
}

static int failed(struct judgement *out, const struct observation *seen,
                  const struct ending *ending) {
  if (ending->fault != NULL) {
    decide(out, VERDICT_ERROR, "%s", ending->fault);
    return 1;
  }
  if (seen->error != NULL) {
    decide(out, VERDICT_ERROR, "%s", json_string_value(seen->error));
    return 1;
  }

  return 0;
}

static int left_early(struct judgement *out, const struct observation *seen,
                      const struct ending *ending) {
  int status = WEXITSTATUS(ending->status);

  if (seen->unsupported != NULL && status == 0) {
    decide(out, VERDICT_UNSUPPORTED, "%s",
           json_string_value(seen->unsupported));
    return 1;
  }
  if (seen->end == NULL) {
    decide(out, VERDICT_CRASH, "exited with %d in mid-case, in step %zu",
           status, json_array_size(seen->steps));
    return 1;
  }
  if (status != 0) {
    decide(out, VERDICT_CRASH, "exited with %d after its last step", status);
    return 1;
  }

  return 0;
}

/* What is known of the library, as a reason. */
static void decide_known(struct judgement *out, const struct record *known) {
  decide(out, VERDICT_KNOWN_DEVIATION, "%s%s%s",
         known->reason != NULL ? known->reason : "",
         known->link != NULL ? " " : "",
         known->link != NULL ? known->link : "");
}

/* A run that died or ran out of time, as the record says that it does. */
static void look_up_end(struct judgement *out, const struct record *known) {
  if (known == NULL || known->verdict == NULL ||
      strcmp(known->verdict, verdict_name(out->verdict)) != 0) {
    return;
  }

  out->got = json_pack("{s:s}", "run", known->verdict);
  out->want = json_pack("{s:s}", "run", "ends");
  decide_known(out, known);
}

/* A run that came to its end although the record says otherwise. */
static int ends_unexpectedly(struct judgement *out,
                             const struct record *known) {
  if (known == NULL || known->verdict == NULL) {
    return 0;
  }

  decide(out, VERDICT_UNEXPECTED_PASS, "the %s in %s no longer shows",
         known->verdict, known->file);
  return 1;
}

static void judge_documented(struct judgement *out,
                             const struct certspec_plan *plan,
                             const struct observation *seen,
                             const struct record *known) {
  size_t num = 0;

  judge_compare(plan, seen, &out->got, &out->want, &num);
  if (num == 0) {
    decide(out, VERDICT_ERROR, "no expectation was evaluated");
  } else if (json_object_size(out->got) == 0) {
    decide(out, known != NULL ? VERDICT_UNEXPECTED_PASS : VERDICT_PASS,
           known != NULL ? "the deviation in %s no longer shows" : "%s",
           known != NULL ? known->file : "");
  } else if (known == NULL) {
    decide(out, VERDICT_DEVIATES, "%zu of %zu expectations fail",
           json_object_size(out->got), num);
  } else if (json_equal(out->got, known->got)) {
    decide_known(out, known);
  } else {
    decide(out, VERDICT_DEVIATES, "otherwise than the deviation in %s",
           known->file);
  }
}

static void judge_observed(struct judgement *out,
                           const struct certspec_plan *plan,
                           const struct observation *seen,
                           const struct record *pin) {
  const char *key;
  json_t *value;

  out->got = judge_observe(plan, seen);
  if (pin == NULL) {
    decide(out, VERDICT_NEW, "not pinned for this library");
    return;
  }

  out->want = json_copy((json_t *)pin->got);
  if (json_equal(out->got, pin->got)) {
    decide(out, VERDICT_PINNED, "%s", "");
    return;
  }

  decide(out, VERDICT_CHANGED, "otherwise than the pin in %s", pin->file);
  json_object_foreach((json_t *)pin->got, key, value) {
    if (json_equal(json_object_get(out->got, key), value)) {
      json_object_del(out->got, key);
      json_object_del(out->want, key);
    }
  }
}

void verdict_decide(struct judgement *out, const struct certspec_plan *plan,
                    const struct observation *seen, const struct ending *ending,
                    const struct records *records) {
  const struct record *known = record_find(&records->deviations, plan);

  *out = (struct judgement){0};
  if (died(out, seen, ending) || server_failed(out, seen, ending) ||
      timed_out(out, seen, ending) || failed(out, seen, ending) ||
      left_early(out, seen, ending)) {
    look_up_end(out, known);
    return;
  }
  if (ends_unexpectedly(out, known)) {
    return;
  }

  if (plan->source->tier == TIER_DOCUMENTED) {
    judge_documented(out, plan, seen, known);
  } else {
    judge_observed(out, plan, seen, record_find(&records->pins, plan));
  }
}

void judgement_free(struct judgement *judgement) {
  json_decref(judgement->got);
  json_decref(judgement->want);
  *judgement = (struct judgement){0};
}
