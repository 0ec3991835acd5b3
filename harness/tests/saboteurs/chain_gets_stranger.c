/* chain_gets_stranger: a certificate that nobody added follows the callback's.
 */
#define _GNU_SOURCE
#include "saboteur.h"

SSL *SSL_new(SSL_CTX *ctx) {
  X509 *x509 = NULL;
  EVP_PKEY *pkey = NULL;

  foreign_pair(&x509, &pkey);
  SSL_CTX_add_extra_chain_cert(ctx, x509);
  EVP_PKEY_free(pkey);
  return REAL(SSL_new)(ctx);
}
