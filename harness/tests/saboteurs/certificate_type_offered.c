/* certificate_type_offered: a client that has X.509 only lists that in
 * client_certificate_type. */
#define _GNU_SOURCE
#include "saboteur.h"

enum { CLIENT_CERTIFICATE_TYPE = 19, X509_TYPE = 0, RAW_PUBLIC_KEY = 2 };

typedef int set1_types(SSL_CTX *ctx, const unsigned char *types, size_t len);

static int add(SSL *ssl, unsigned type, unsigned context,
               const unsigned char **out, size_t *out_len, X509 *x509,
               size_t index, int *alert, void *argument) {
  static const unsigned char list[] = {1, X509_TYPE};

  (void)ssl;
  (void)type;
  (void)context;
  (void)x509;
  (void)index;
  (void)alert;
  (void)argument;
  *out = list;
  *out_len = sizeof(list);
  return 1;
}

static void offer(SSL_CTX *ctx) {
  static const unsigned char both[] = {X509_TYPE, RAW_PUBLIC_KEY};
  set1_types *set1 = __extension__(set1_types *)
      dlsym(RTLD_NEXT, "SSL_CTX_set1_client_cert_type");

  /* A libssl that knows the extension lets nobody else add it, and leaves a
   * list of X.509 alone out. */
  if (set1 != NULL) {
    set1(ctx, both, sizeof(both));
    return;
  }

  SSL_CTX_add_custom_ext(ctx, CLIENT_CERTIFICATE_TYPE, SSL_EXT_CLIENT_HELLO,
                         add, NULL, NULL, NULL, NULL);
}

SSL_CTX *SSL_CTX_new(const SSL_METHOD *method) {
  SSL_CTX *ctx = REAL(SSL_CTX_new)(method);

  if (ctx != NULL)
    offer(ctx);
  return ctx;
}
