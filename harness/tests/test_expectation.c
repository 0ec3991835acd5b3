#include "cmocka_all.h"
#include "expectation.h"

static const struct {
  const char *path;
  int of_step;
  int of_end;
} paths[] = {
    {"error", 1, 1},
    {"ca_list[2]", 1, 1},
    {"callback[0].ca_list", 1, 1},
    {"callback[12].ca_list[1]", 1, 1},
    {"cert_cb[0].ssl", 1, 1},
    {"server.end", 1, 1},
    {"server[3].certificates", 1, 1},
    {"server.handshakes[1].certificates[0]", 1, 1},
    {"server[0].handshakes[1].client_hello.version", 1, 1},
    {"server.post_handshake", 1, 1},
    {"server.post_handshake[0].context", 1, 1},
    {"steps[0].error", 0, 1},
    {"steps[0].ca_list[1]", 0, 1},
    {"steps[0].server.end", 0, 0},
    {"steps[0].callback[0].ssl", 0, 0},
    {"steps[0]", 0, 0},
    {"steps[].error", 0, 0},
    {"steps[x].error", 0, 0},
    {"steps.error", 0, 0},
    {"", 0, 0},
    {"err", 0, 0},
    {"errors", 0, 0},
    {"error.x", 0, 0},
    {"error[0][1]", 0, 0},
    {"callback.ca_list", 0, 0},
    {"callback[0]", 0, 0},
    {"callback[0].end", 0, 0},
    {"callback[N].ssl", 0, 0},
    {"callback[99999999].ssl", 0, 0},
    {"server", 0, 0},
    {"server.error", 0, 0},
    {"server.log", 0, 0},
    {"server.milliseconds", 0, 0},
    {"server.handshakes", 0, 0},
    {"server.handshakes.certificates", 0, 0},
};

static void known_paths(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
    if (expectation_known(paths[i].path, EXPECTATION_OF_STEP) !=
            paths[i].of_step ||
        expectation_known(paths[i].path, EXPECTATION_OF_END) !=
            paths[i].of_end) {
      fail_msg("%s", paths[i].path);
    }
  }
}

static void step_of_path(void **state) {
  (void)state;
  assert_int_equal(expectation_step("steps[7].error"), 7);
  assert_int_equal(expectation_step("error"), -1);
  assert_int_equal(expectation_step("callback[7].ssl"), -1);
}

static void every_name_is_explained(void **state) {
  size_t num;
  const struct expectation_about *names = judge_expectations(&num);

  (void)state;
  assert_true(num > 40);
  for (size_t i = 0; i < num; i++) {
    assert_true(names[i].about[0] != '\0');
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(known_paths),
      cmocka_unit_test(step_of_path),
      cmocka_unit_test(every_name_is_explained),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
