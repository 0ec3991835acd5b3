/* chain_without_root_dropped: an extra chain that leaves out the root is not
 * sent. */
#define _GNU_SOURCE
#include "saboteur.h"

SSL *SSL_new(SSL_CTX *ctx) {
  STACK_OF(X509) *chain = NULL;
  X509 *last;

  SSL_CTX_get_extra_chain_certs_only(ctx, &chain);
  last = sk_X509_value(chain, sk_X509_num(chain) - 1);
  if (last != NULL && X509_NAME_cmp(X509_get_subject_name(last),
                                    X509_get_issuer_name(last)) != 0) {
    SSL_CTX_clear_extra_chain_certs(ctx);
  }
  return REAL(SSL_new)(ctx);
}
