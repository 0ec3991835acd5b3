#include "verdict.h"

#include <signal.h>

#include "planned.h"
#include "seen.h"

/* What waitpid gives for a signal, and for an exit code. */
#define KILLED(number) (number)
#define EXITED(code) ((code) << 8)

static const char EXPECT[] = "{\"version\": \"V\"}";
static const char GOOD[] =
    "{\"event\": \"end\", \"values\":"
    " {\"version\": \"V\", \"unscripted_calls\": 0}}";
static const char BAD[] =
    "{\"event\": \"end\", \"values\":"
    " {\"version\": \"W\", \"unscripted_calls\": 0}}";

/* A record of one run, in the list of deviations or of pins. */
struct known {
  struct record record;
  struct records records;
};

static void know(struct known *out, const char *got, int is_pin) {
  static json_t *protocols;

  protocols = json_pack("[s]", "TLSv1.2");
  out->record = (struct record){.file = "known.json",
                                .case_id = "topic/case",
                                .rev = 1,
                                .protocols = protocols,
                                .got = json_loads(got, 0, NULL),
                                .reason = "as is known"};
  out->records = (struct records){0};
  struct record_list *list =
      is_pin ? &out->records.pins : &out->records.deviations;
  *list = (struct record_list){.records = &out->record, .num_records = 1};
}

static void forget(struct known *known) {
  json_decref((json_t *)known->record.got);
  json_decref((json_t *)known->record.protocols);
}

static void assert_verdict(const char *judged, const char *event,
                           const char *answer, struct ending ending,
                           const struct records *records, enum verdict verdict,
                           const char *reason) {
  static const struct records none;
  struct planned planned;
  struct observation seen;
  struct judgement judgement;

  planned_make(&planned, "[]", judged);
  observation_start(&seen);
  if (event != NULL) {
    seen_add(&seen, event);
  }
  if (answer != NULL) {
    seen_answer(&seen, 1, answer);
  }
  verdict_decide(&judgement, &planned.plan, &seen, &ending,
                 records != NULL ? records : &none);
  assert_string_equal(verdict_name(judgement.verdict), verdict_name(verdict));
  if (strstr(judgement.reason, reason) == NULL) {
    fail_msg("%s", judgement.reason);
  }
  judgement_free(&judgement);
  observation_free(&seen);
  plan_free(&planned.plan);
}

static const struct ending fine;

static void documented(void **state) {
  struct known known;

  (void)state;
  assert_verdict(EXPECT, GOOD, NULL, fine, NULL, VERDICT_PASS, "");
  assert_verdict(EXPECT, BAD, NULL, fine, NULL, VERDICT_DEVIATES,
                 "1 of 1 expectations fail");
  assert_verdict("{}", GOOD, NULL, fine, NULL, VERDICT_ERROR,
                 "no expectation was evaluated");

  know(&known, "{\"version\": \"W\"}", 0);
  assert_verdict(EXPECT, BAD, NULL, fine, &known.records,
                 VERDICT_KNOWN_DEVIATION, "as is known");
  assert_verdict(EXPECT, GOOD, NULL, fine, &known.records,
                 VERDICT_UNEXPECTED_PASS, "known.json no longer shows");
  forget(&known);

  know(&known, "{\"version\": \"W\", \"error\": \"E\"}", 0);
  assert_verdict(EXPECT, BAD, NULL, fine, &known.records, VERDICT_DEVIATES,
                 "otherwise than the deviation in known.json");
  known.record.rev = 2;
  assert_verdict(EXPECT, GOOD, NULL, fine, &known.records, VERDICT_PASS, "");
  forget(&known);
}

static void observed(void **state) {
  struct known known;

  (void)state;
  assert_verdict("[\"version\"]", GOOD, NULL, fine, NULL, VERDICT_NEW,
                 "not pinned");
  know(&known, "{\"version\": \"V\"}", 1);
  assert_verdict("[\"version\"]", GOOD, NULL, fine, &known.records,
                 VERDICT_PINNED, "");
  assert_verdict("[\"version\"]", BAD, NULL, fine, &known.records,
                 VERDICT_CHANGED, "otherwise than the pin in known.json");
  assert_verdict("[\"version\", \"error\"]", GOOD, NULL, fine, &known.records,
                 VERDICT_CHANGED, "");
  forget(&known);
}

static void crashes(void **state) {
  const struct ending segv = {.status = KILLED(SIGSEGV)};
  const struct ending abort = {.status = KILLED(SIGABRT)};
  const struct ending exit_7 = {.status = EXITED(7)};

  (void)state;
  assert_verdict(EXPECT, NULL, NULL, segv, NULL, VERDICT_CRASH, "SIGSEGV");
  assert_verdict(EXPECT, GOOD, NULL, abort, NULL, VERDICT_CRASH, "SIGABRT");
  assert_verdict(EXPECT, NULL, NULL, fine, NULL, VERDICT_CRASH,
                 "exited with 0 in mid-case");
  assert_verdict(EXPECT, GOOD, NULL, exit_7, NULL, VERDICT_CRASH,
                 "exited with 7 after its last step");
  assert_verdict(EXPECT, NULL, "{\"end\": \"server-bug\"}", segv, NULL,
                 VERDICT_CRASH, "SIGSEGV");
}

static void timeouts(void **state) {
  const struct ending late = {.status = KILLED(SIGKILL),
                              .killed = true,
                              .timed_out = true,
                              .time_limit = 10};
  struct ending hung = late;

  (void)state;
  assert_verdict(EXPECT, NULL, NULL, late, NULL, VERDICT_TIMEOUT,
                 "killed after 10 s, in step 0");
  struct ending loop = late;
  loop.loop_period = 51;
  assert_verdict(EXPECT, NULL, NULL, loop, NULL, VERDICT_TIMEOUT,
                 "never ends: every 51 instructions it is where it was");
  hung.server_fault = "the server did not answer";
  assert_verdict(EXPECT, NULL, NULL, hung, NULL, VERDICT_SERVER_BUG,
                 "did not answer");
}

/* A record may say that a run does not come to its end. */
static void known_ends(void **state) {
  const struct ending segv = {.status = KILLED(SIGSEGV)};
  const struct ending late = {
      .status = KILLED(SIGKILL), .killed = true, .timed_out = true};
  struct known known;

  (void)state;
  know(&known, "{\"version\": \"W\"}", 0);
  json_decref((json_t *)known.record.got);
  known.record.got = NULL;
  known.record.verdict = "crash";
  assert_verdict(EXPECT, NULL, NULL, segv, &known.records,
                 VERDICT_KNOWN_DEVIATION, "as is known");
  assert_verdict(EXPECT, NULL, NULL, late, &known.records, VERDICT_TIMEOUT,
                 "killed after");
  assert_verdict(EXPECT, GOOD, NULL, fine, &known.records,
                 VERDICT_UNEXPECTED_PASS,
                 "the crash in known.json no longer shows");
  assert_verdict("[\"version\"]", GOOD, NULL, fine, &known.records,
                 VERDICT_UNEXPECTED_PASS, "no longer shows");

  known.record.verdict = "timeout";
  assert_verdict("[\"version\"]", NULL, NULL, late, &known.records,
                 VERDICT_KNOWN_DEVIATION, "as is known");
  forget(&known);
}

static void faults_of_our_own(void **state) {
  const struct ending server = {.server_fault = "it died"};
  const struct ending child = {
      .status = KILLED(SIGKILL), .killed = true, .fault = "too much"};

  (void)state;
  assert_verdict(EXPECT, GOOD, NULL, server, NULL, VERDICT_SERVER_BUG,
                 "it died");
  assert_verdict(EXPECT, GOOD, "{\"error\": \"no such\\nthing\"}", fine, NULL,
                 VERDICT_SERVER_BUG, "connection 0: no such thing");
  assert_verdict(EXPECT, GOOD, "{\"end\": \"server-bug\", \"detail\": \"d\"}",
                 fine, NULL, VERDICT_SERVER_BUG, "connection 0: d");
  assert_verdict(EXPECT, NULL, NULL, child, NULL, VERDICT_ERROR, "too much");
  assert_verdict(EXPECT, "{\"event\": \"error\", \"text\": \"oops\"}", NULL,
                 fine, NULL, VERDICT_ERROR, "oops");
}

static void unsupported(void **state) {
  static const char event[] =
      "{\"event\": \"unsupported\", \"text\": \"no such option\"}";
  const struct ending segv = {.status = KILLED(SIGSEGV)};

  (void)state;
  assert_verdict(EXPECT, event, NULL, fine, NULL, VERDICT_UNSUPPORTED,
                 "no such option");
  assert_verdict(EXPECT, event, NULL, segv, NULL, VERDICT_CRASH, "SIGSEGV");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(documented),        cmocka_unit_test(observed),
      cmocka_unit_test(crashes),           cmocka_unit_test(timeouts),
      cmocka_unit_test(faults_of_our_own), cmocka_unit_test(unsupported),
      cmocka_unit_test(known_ends),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
