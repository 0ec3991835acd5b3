#include "subject_engine.h"

#include <dlfcn.h>
#include <string.h>

/* ENGINE, and the prototypes of openssl/engine.h, which is not everywhere. */
struct engine_st;

typedef int engine_load(struct engine_st *engine, SSL *ssl,
                        STACK_OF(X509_NAME) * ca_list, X509 **x509,
                        EVP_PKEY **pkey, STACK_OF(X509) * *others, void *ui,
                        void *ui_data);

struct engine_functions {
  struct engine_st *(*make)(void);
  int (*drop)(struct engine_st *engine);
  int (*set_id)(struct engine_st *engine, const char *id);
  int (*set_name)(struct engine_st *engine, const char *name);
  int (*set_load)(struct engine_st *engine, engine_load *load);
  int (*use)(SSL_CTX *ctx, struct engine_st *engine);
};

static subject_engine_load *load_function;

/* Puts the address of the library's function |name| into |*out|, a pointer to
 * a function pointer. 1, or 0 where the library has none. */
static int look_up(const char *name, void *out) {
  void *address = dlsym(RTLD_DEFAULT, name);
  memcpy(out, &address, sizeof(address));
  return address != NULL;
}

static int look_up_all(struct engine_functions *out) {
  return look_up("ENGINE_new", &out->make) &&
         look_up("ENGINE_free", &out->drop) &&
         look_up("ENGINE_set_id", &out->set_id) &&
         look_up("ENGINE_set_name", &out->set_name) &&
         look_up("ENGINE_set_load_ssl_client_cert_function", &out->set_load) &&
         look_up("SSL_CTX_set_client_cert_engine", &out->use);
}

static int load(struct engine_st *engine, SSL *ssl,
                STACK_OF(X509_NAME) * ca_list, X509 **x509, EVP_PKEY **pkey,
                STACK_OF(X509) * *others, void *ui, void *ui_data) {
  (void)engine;
  (void)others;
  (void)ui;
  (void)ui_data;
  return load_function(ssl, ca_list, x509, pkey);
}

int subject_set_client_cert_engine(SSL_CTX *ctx,
                                   subject_engine_load *function) {
  struct engine_functions functions;
  if (!look_up_all(&functions)) {
    return -1;
  }

  struct engine_st *engine = functions.make();
  if (engine == NULL) {
    return -1;
  }

  int value = -1;
  if (functions.set_id(engine, "certspec") &&
      functions.set_name(engine, "certspec test engine") &&
      (function == NULL || functions.set_load(engine, load))) {
    load_function = function != NULL ? function : load_function;
    value = functions.use(ctx, engine);
  }

  /* The SSL_CTX has a reference of its own. */
  functions.drop(engine);
  return value;
}
