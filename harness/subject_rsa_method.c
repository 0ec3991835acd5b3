#include "subject_rsa_method.h"

#include <dlfcn.h>
#include <string.h>

/* RSA and RSA_METHOD, and the prototypes of openssl/rsa.h, which are
 * deprecated, or not there. */
struct rsa_st;
struct rsa_meth_st;

typedef int rsa_private(int num, const unsigned char *from, unsigned char *to,
                        struct rsa_st *rsa, int padding);
typedef int rsa_sign(int type, const unsigned char *digest, unsigned digest_len,
                     unsigned char *signature, unsigned *signature_len,
                     const struct rsa_st *rsa);

struct rsa_functions {
  const struct rsa_meth_st *(*default_method)(void);
  struct rsa_meth_st *(*copy_method)(const struct rsa_meth_st *method);
  int (*set_private)(struct rsa_meth_st *method, rsa_private *function);
  int (*set_sign)(struct rsa_meth_st *method, rsa_sign *function);
  int (*set_method)(struct rsa_st *rsa, const struct rsa_meth_st *method);
  struct rsa_st *(*get_rsa)(EVP_PKEY *key);
  struct rsa_st *(*copy_rsa)(const struct rsa_st *rsa);
  void (*free_rsa)(struct rsa_st *rsa);
  int (*assign)(EVP_PKEY *key, int type, void *rsa);
};

/* Puts the address of the library's function |name| into |*out|, a pointer to
 * a function pointer. 1, or 0 where the library has none. */
static int look_up(const char *name, void *out) {
  void *address = dlsym(RTLD_DEFAULT, name);
  memcpy(out, &address, sizeof(address));
  return address != NULL;
}

static int look_up_all(struct rsa_functions *out) {
  return look_up("RSA_get_default_method", &out->default_method) &&
         look_up("RSA_meth_dup", &out->copy_method) &&
         look_up("RSA_meth_set_priv_enc", &out->set_private) &&
         look_up("RSA_meth_set_sign", &out->set_sign) &&
         look_up("RSA_set_method", &out->set_method) &&
         look_up("EVP_PKEY_get1_RSA", &out->get_rsa) &&
         look_up("RSAPrivateKey_dup", &out->copy_rsa) &&
         look_up("RSA_free", &out->free_rsa) &&
         look_up("EVP_PKEY_assign", &out->assign);
}

int subject_has_rsa_method(void) {
  struct rsa_functions functions;
  return look_up_all(&functions);
}

static int refuse_private(int num, const unsigned char *from, unsigned char *to,
                          struct rsa_st *rsa, int padding) {
  (void)num;
  (void)from;
  (void)to;
  (void)rsa;
  (void)padding;
  return -1;
}

static int refuse_sign(int type, const unsigned char *digest,
                       unsigned digest_len, unsigned char *signature,
                       unsigned *signature_len, const struct rsa_st *rsa) {
  (void)type;
  (void)digest;
  (void)digest_len;
  (void)signature;
  (void)signature_len;
  (void)rsa;
  return 0;
}

/* The one method of the process, which its keys point to. */
static const struct rsa_meth_st *refusing_method(
    const struct rsa_functions *functions) {
  static struct rsa_meth_st *method;
  if (method == NULL) {
    method = functions->copy_method(functions->default_method());
  }
  if (method == NULL || !functions->set_private(method, refuse_private) ||
      !functions->set_sign(method, refuse_sign)) {
    return NULL;
  }

  return method;
}

EVP_PKEY *subject_key_that_cannot_sign(EVP_PKEY *key) {
  struct rsa_functions functions;
  struct rsa_st *own = NULL;
  struct rsa_st *copy = NULL;
  EVP_PKEY *made = NULL;
  if (!look_up_all(&functions)) {
    return NULL;
  }

  const struct rsa_meth_st *method = refusing_method(&functions);
  own = functions.get_rsa(key);
  copy = own != NULL ? functions.copy_rsa(own) : NULL;
  made = EVP_PKEY_new();
  if (method == NULL || copy == NULL || made == NULL ||
      !functions.set_method(copy, method) ||
      !functions.assign(made, EVP_PKEY_RSA, copy)) {
    functions.free_rsa(copy);
    EVP_PKEY_free(made);
    made = NULL;
  }

  functions.free_rsa(own);
  return made;
}
