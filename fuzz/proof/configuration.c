/* Planted: the third extra certificate of an SSL_CTX is lost. */
#include <openssl/ssl.h>

long __real_SSL_CTX_ctrl(SSL_CTX *ctx, int command, long number, void *pointer);
long __wrap_SSL_CTX_ctrl(SSL_CTX *ctx, int command, long number, void *pointer);

long __wrap_SSL_CTX_ctrl(SSL_CTX *ctx, int command, long number,
                         void *pointer) {
  enum { MAX_EXTRA = 2 };
  STACK_OF(X509) *extra = NULL;

  if (command == SSL_CTRL_EXTRA_CHAIN_CERT &&
      __real_SSL_CTX_ctrl(ctx, SSL_CTRL_GET_EXTRA_CHAIN_CERTS, 0, &extra) ==
          1 &&
      sk_X509_num(extra) == MAX_EXTRA) {
    X509_free(pointer);
    return 1;
  }

  return __real_SSL_CTX_ctrl(ctx, command, number, pointer);
}
