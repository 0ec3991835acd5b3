#include "stock.h"

#include "cmocka_all.h"

enum { NUM_TAKEN = 4 };

static void gives_each_away_once(void **state) {
  SSL_CTX *taken[NUM_TAKEN];
  (void)state;

  stock_fill(TLS_client_method());
  stock_fill(TLS_client_method());
  stock_fill(DTLS_client_method());
  for (size_t i = 0; i < NUM_TAKEN; i++) {
    taken[i] = stock_take_ctx(TLS_client_method());
    assert_non_null(taken[i]);
    assert_ptr_equal(SSL_CTX_get_ssl_method(taken[i]), TLS_client_method());
    for (size_t j = 0; j < i; j++) {
      assert_ptr_not_equal(taken[i], taken[j]);
    }
  }
  for (size_t i = 0; i < NUM_TAKEN; i++) {
    SSL_CTX_free(taken[i]);
  }
}

static void makes_what_is_not_stocked(void **state) {
  (void)state;
  SSL_CTX *ctx = stock_take_ctx(TLS_method());
  assert_non_null(ctx);
  assert_ptr_equal(SSL_CTX_get_ssl_method(ctx), TLS_method());
  SSL_CTX_free(ctx);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(gives_each_away_once),
      cmocka_unit_test(makes_what_is_not_stocked),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
