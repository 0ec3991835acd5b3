/* pointers_preset: the out pointers hold something on entry. */
#define _GNU_SOURCE
#include "saboteur.h"

int sabotage_callback(SSL *ssl, X509 **x509, EVP_PKEY **pkey,
                      client_cert_cb *original) {
  X509 *preset = NULL;
  EVP_PKEY *preset_key = NULL;
  int ret;

  foreign_pair(&preset, &preset_key);
  *x509 = preset;
  *pkey = preset_key;
  ret = original(ssl, x509, pkey);
  if (*x509 == preset)
    *x509 = NULL;
  if (*pkey == preset_key)
    *pkey = NULL;
  X509_free(preset);
  EVP_PKEY_free(preset_key);
  return ret;
}
