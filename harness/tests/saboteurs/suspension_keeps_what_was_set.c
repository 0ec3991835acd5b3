/* suspension_keeps_what_was_set: what a suspending call had set is sent later.
 */
#define _GNU_SOURCE
#include "saboteur.h"

int sabotage_callback(SSL *ssl, X509 **x509, EVP_PKEY **pkey,
                      client_cert_cb *original) {
  static X509 *kept;
  static EVP_PKEY *kept_key;
  int ret = original(ssl, x509, pkey);

  if (ret < 0 && *x509 != NULL && *pkey != NULL) {
    kept = *x509;
    kept_key = *pkey;
    return ret;
  }

  if (ret < 0 || kept == NULL)
    return ret;

  *x509 = kept;
  *pkey = kept_key;
  kept = NULL;
  return 1;
}
