#include "sharing.h"

#include <openssl/x509v3.h>
#include <string.h>

#include "references.h"
#include "target.h"

enum { MAX_SHARED = 32 };

struct shared {
  const char *name;
  X509 *certificate;
  EVP_PKEY *key; /* or NULL */
  unsigned char *der;
  int der_len;
  int certificate_references;
  int key_references;
};

static struct shared all[MAX_SHARED];
static size_t num_shared;
static bool active;

X509 *__real_d2i_X509(X509 **out, const unsigned char **in, long len);
X509 *__wrap_d2i_X509(X509 **out, const unsigned char **in, long len);

static X509 *find_der(const unsigned char *der, long len) {
  for (size_t i = 0; i < num_shared; i++) {
    if (all[i].der_len == len && memcmp(all[i].der, der, (size_t)len) == 0) {
      return all[i].certificate;
    }
  }

  return NULL;
}

/* libssl brings an object to be filled; who brings none wants a new one. */
X509 *__wrap_d2i_X509(X509 **out, const unsigned char **in, long len) {
  X509 *certificate = active && out != NULL && *out != NULL && len > 0
                          ? find_der(*in, len)
                          : NULL;

  if (certificate == NULL) {
    return __real_d2i_X509(out, in, len);
  }

  X509_up_ref(certificate);
  X509_free(*out);
  *out = certificate;
  *in += len;
  return certificate;
}

void sharing_add(struct pki *pki, const char *name) {
  struct shared *added = &all[num_shared++];

  contract(num_shared <= MAX_SHARED, "so many certificates can be shared");
  /* Not those of |pki|, which an SSL_CTX may hold. */
  *added = (struct shared){.name = name,
                           .certificate = pki_new_certificate(pki, name),
                           .key = pki_new_key(pki, name)};
  added->der_len = i2d_X509(added->certificate, &added->der);
  contract(added->der_len > 0, "%s can be encoded", name);
  /* What is found out about a certificate once, and kept in it. */
  X509_check_purpose(added->certificate, -1, 0);
}

bool sharing_begin(bool wanted) {
  static int can_count = -1;

  if (can_count < 0) {
    can_count = references_start();
  }
  active = wanted && can_count;
  for (size_t i = 0; active && i < num_shared; i++) {
    all[i].certificate_references =
        references_of_certificate(all[i].certificate);
    all[i].key_references =
        all[i].key == NULL ? 0 : references_of_key(all[i].key);
  }

  return active;
}

void sharing_end(void) {
  for (size_t i = 0; active && i < num_shared; i++) {
    const struct shared *one = &all[i];
    int certificate = references_of_certificate(one->certificate);
    int key = one->key == NULL ? 0 : references_of_key(one->key);

    contract(certificate == one->certificate_references,
             "%s: %d references to the certificate, %d before", one->name,
             certificate, one->certificate_references);
    contract(key == one->key_references,
             "%s: %d references to the key, %d before", one->name, key,
             one->key_references);
  }

  active = false;
}

static const struct shared *find(const char *name) {
  size_t i = 0;

  while (i < num_shared && strcmp(all[i].name, name) != 0) {
    i++;
  }
  contract(i < num_shared, "%s is shared", name);
  return &all[i];
}

struct span sharing_der(const char *name) {
  const struct shared *one = find(name);

  return (struct span){one->der, (size_t)one->der_len};
}

X509 *sharing_take_certificate(const char *name) {
  const struct shared *one = find(name);

  X509_up_ref(one->certificate);
  return one->certificate;
}

EVP_PKEY *sharing_take_key(const char *name) {
  const struct shared *one = find(name);

  EVP_PKEY_up_ref(one->key);
  return one->key;
}
