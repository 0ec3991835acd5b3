#include "pki.h"

#include <errno.h>
#include <jansson.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "first_use.h"
#include "json_document.h"
#include "subject.h"
#include "subject_lack.h"
#include "subject_rsa_method.h"

/* One encoding, allocated by the library. */
struct der {
  unsigned char *bytes;
  long len;
};

/* As many as nearly all cases need of one name. */
enum { NUM_SPARES = 6 };

enum key_form { FORM_PRIVATE, FORM_PUBLIC, FORM_CANNOT_SIGN, NUM_FORMS };

struct pki_entry {
  const char *name;     /* borrowed from the index */
  const char *key_name; /* the first entry with the same public key */
  struct der certificate_der;
  struct der subject_der;
  struct der public_key_der;
  struct der key_der; /* none where the index names no key */
  X509 *certificate;
  EVP_PKEY *keys[NUM_FORMS]; /* NULL until first asked for */
  X509 *spare_certificates[NUM_SPARES];
  EVP_PKEY *spare_keys[NUM_SPARES];
};

struct pki {
  struct json_document index;
  struct pki_entry *entries;
  size_t num_entries;
};

/* What stands behind a key's name for each of its forms. */
static const char *const SUFFIXES[NUM_FORMS] = {"", ":public", ":cannot-sign"};

static void der_free(struct der *der) {
  OPENSSL_free(der->bytes);
  *der = (struct der){0};
}

static int der_equal(const struct der *a, const struct der *b) {
  return a->len > 0 && a->len == b->len &&
         memcmp(a->bytes, b->bytes, (size_t)a->len) == 0;
}

/* The library's own words for what went wrong last. */
static const char *library_reason(void) {
  const char *reason = ERR_reason_error_string(ERR_peek_last_error());
  return reason != NULL ? reason : "no reason given";
}

/* The PEM label (RFC 7468) of a "certificate", or of a "key" (PKCS #8). */
static const char *label_of(const char *what) {
  return strcmp(what, "key") == 0 ? PEM_STRING_PKCS8INF : PEM_STRING_X509;
}

/* Reads the first PEM block of |path|, which must be a |what|. */
static int read_pem(struct der *out, const char *path, const char *what,
                    struct certspec_error *error) {
  FILE *file = fopen(path, "re");
  if (file == NULL) {
    return certspec_error_set(error, path, 0, "cannot be read: %s",
                              strerror(errno));
  }

  char *label = NULL;
  char *header = NULL;
  int ok = PEM_read(file, &label, &header, &out->bytes, &out->len);
  fclose(file);
  if (!ok) {
    certspec_error_set(error, path, 0, "is no PEM file: %s", library_reason());
  } else if (header[0] != '\0' || strcmp(label, PEM_STRING_PKCS8) == 0) {
    ok = certspec_error_set(error, path, 0, "is encrypted");
  } else if (strcmp(label, label_of(what)) != 0) {
    ok = certspec_error_set(error, path, 0, "holds a \"%s\", not a \"%s\"",
                            label, label_of(what));
  }

  OPENSSL_free(label);
  OPENSSL_free(header);
  return ok;
}

/* Reads the file that the index names as |entry|'s |what|. */
static int read_named_pem(struct der *out, const struct pki *pki,
                          const struct pki_entry *entry, const char *folder,
                          const char *what, struct certspec_error *error) {
  const json_t *about = json_object_get(
      json_object_get(pki->index.root, "certificates"), entry->name);
  const char *file = json_string_value(json_object_get(about, what));
  if (file == NULL) {
    const char *const place[] = {"certificates", entry->name, what, NULL};
    return certspec_error_set(
        error, pki->index.path, json_document_line(&pki->index, place),
        "certificate %s: \"%s\" must name a file", entry->name, what);
  }

  char *path = NULL;
  if (asprintf(&path, "%s/%s", folder, file) < 0) {
    return certspec_error_set(error, folder, 0, "out of memory");
  }

  const int ok = read_pem(out, path, what, error);
  free(path);
  return ok;
}

/* WARNING: whether the types in between are const differs between versions of
 * the library; with the calls nested, the code names none of them. */
static int encode_parts(struct pki_entry *entry) {
  X509 *certificate = entry->certificate;
  entry->subject_der.len = i2d_X509_NAME(X509_get_subject_name(certificate),
                                         &entry->subject_der.bytes);
  entry->public_key_der.len = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate),
                                              &entry->public_key_der.bytes);
  return entry->subject_der.len > 0 && entry->public_key_der.len > 0;
}

static X509 *decode_certificate(const struct pki_entry *entry) {
  const unsigned char *at = entry->certificate_der.bytes;
  return d2i_X509(NULL, &at, entry->certificate_der.len);
}

static int load_entry(struct pki *pki, struct pki_entry *entry,
                      const char *folder, const json_t *about,
                      struct certspec_error *error) {
  if (!read_named_pem(&entry->certificate_der, pki, entry, folder,
                      "certificate", error)) {
    return 0;
  }

  entry->certificate = decode_certificate(entry);
  /* A fork need not know each type of key: whoever uses it will find out. */
  int is_whole = entry->certificate != NULL && encode_parts(entry);
  if (!is_whole && !subject_is_fork()) {
    const char *file = json_string_value(json_object_get(about, "certificate"));
    return certspec_error_set(error, NULL, 0,
                              "%s/%s: certificate %s cannot be decoded: %s",
                              folder, file, entry->name, library_reason());
  }

  return json_object_get(about, "key") == NULL ||
         read_named_pem(&entry->key_der, pki, entry, folder, "key", error);
}

static void name_keys(struct pki *pki) {
  for (size_t i = 0; i < pki->num_entries; i++) {
    size_t first = 0;

    while (first < i && !der_equal(&pki->entries[first].public_key_der,
                                   &pki->entries[i].public_key_der)) {
      first++;
    }
    pki->entries[i].key_name = pki->entries[first].name;
  }
}

static int load_entries(struct pki *pki, const char *folder,
                        struct certspec_error *error) {
  json_t *certificates = json_object_get(pki->index.root, "certificates");
  if (json_object_size(certificates) == 0) {
    return certspec_error_set(error, pki->index.path, 1,
                              "has no \"certificates\"");
  }

  pki->entries =
      calloc(json_object_size(certificates), sizeof(pki->entries[0]));
  if (pki->entries == NULL) {
    return certspec_error_set(error, pki->index.path, 0, "out of memory");
  }

  const char *name = NULL;
  json_t *about = NULL;
  json_object_foreach(certificates, name, about) {
    struct pki_entry *entry = &pki->entries[pki->num_entries++];
    entry->name = name;
    if (!load_entry(pki, entry, folder, about, error)) {
      return 0;
    }
  }

  name_keys(pki);
  return 1;
}

struct pki *pki_load(const char *folder, struct certspec_error *error) {
  struct pki *pki = calloc(1, sizeof(*pki));
  char *path = NULL;
  if (pki == NULL || asprintf(&path, "%s/index.json", folder) < 0) {
    free(pki);
    certspec_error_set(error, folder, 0, "out of memory");
    return NULL;
  }

  const int ok = json_document_load(&pki->index, path, error) &&
                 load_entries(pki, folder, error);
  free(path);
  if (!ok) {
    pki_free(pki);
    return NULL;
  }

  return pki;
}

void pki_free(struct pki *pki) {
  if (pki == NULL) {
    return;
  }

  for (size_t i = 0; i < pki->num_entries; i++) {
    struct pki_entry *entry = &pki->entries[i];
    X509_free(entry->certificate);
    for (size_t j = 0; j < NUM_FORMS; j++) {
      EVP_PKEY_free(entry->keys[j]);
    }
    for (size_t j = 0; j < NUM_SPARES; j++) {
      X509_free(entry->spare_certificates[j]);
      EVP_PKEY_free(entry->spare_keys[j]);
    }
    der_free(&entry->certificate_der);
    der_free(&entry->subject_der);
    der_free(&entry->public_key_der);
    der_free(&entry->key_der);
  }
  free(pki->entries);
  json_document_free(&pki->index);
  free(pki);
}

/* The form of the key |name|; |*out_len| gets the length of what stands before
 * the suffix. */
static enum key_form form_of(const char *name, size_t *out_len) {
  size_t len = strlen(name);
  for (int form = NUM_FORMS - 1; form > FORM_PRIVATE; form--) {
    const size_t suffix_len = strlen(SUFFIXES[form]);
    if (len > suffix_len &&
        strcmp(name + len - suffix_len, SUFFIXES[form]) == 0) {
      *out_len = len - suffix_len;
      return (enum key_form)form;
    }
  }

  *out_len = len;
  return FORM_PRIVATE;
}

/* The entry called |name|; NAME:public is NAME's, and sets |*out_form|. */
static struct pki_entry *find_entry(const struct pki *pki, const char *name,
                                    enum key_form *out_form) {
  size_t len;
  *out_form = form_of(name, &len);
  for (size_t i = 0; i < pki->num_entries; i++) {
    const char *candidate = pki->entries[i].name;
    if (strlen(candidate) == len && memcmp(candidate, name, len) == 0) {
      return &pki->entries[i];
    }
  }

  return NULL;
}

static struct pki_entry *find_certificate(const struct pki *pki,
                                          const char *name) {
  enum key_form form;
  struct pki_entry *entry = find_entry(pki, name, &form);
  return form == FORM_PRIVATE ? entry : NULL;
}

int pki_has(const struct pki *pki, const char *name) {
  enum key_form form;
  return find_entry(pki, name, &form) != NULL;
}

static EVP_PKEY *decode_private_key(const struct der *der) {
  const unsigned char *at = der->bytes;
  PKCS8_PRIV_KEY_INFO *info = d2i_PKCS8_PRIV_KEY_INFO(NULL, &at, der->len);
  if (info == NULL) {
    return NULL;
  }

  EVP_PKEY *key = EVP_PKCS82PKEY(info);
  PKCS8_PRIV_KEY_INFO_free(info);
  return key;
}

/* WARNING: no ERR_set_mark around what decodes. OpenSSL 1.1.1 sets marks in
 * there itself and has one bit for all marks of an entry: the outer
 * ERR_pop_to_mark would empty the caller's error queue. */
static EVP_PKEY *try_decode_key(const struct pki_entry *entry,
                                enum key_form form) {
  if (form == FORM_PUBLIC) {
    const unsigned char *at = entry->public_key_der.bytes;
    return d2i_PUBKEY(NULL, &at, entry->public_key_der.len);
  }

  EVP_PKEY *key =
      entry->key_der.bytes != NULL ? decode_private_key(&entry->key_der) : NULL;
  if (key != NULL && form == FORM_CANNOT_SIGN) {
    EVP_PKEY *whole = key;
    key = subject_key_that_cannot_sign(whole);
    EVP_PKEY_free(whole);
  }
  return key;
}

static EVP_PKEY *decode_key(const struct pki_entry *entry, enum key_form form) {
  EVP_PKEY *key = try_decode_key(entry, form);
  if (key == NULL && subject_is_fork() &&
      (form == FORM_PUBLIC || entry->key_der.bytes != NULL)) {
    subject_lacks("decoder for this type of key");
  }
  return key;
}

X509 *pki_certificate(struct pki *pki, const char *name) {
  const struct pki_entry *entry = find_certificate(pki, name);
  if (entry != NULL && entry->certificate == NULL) {
    subject_lacks("decoder for this type of certificate");
  }

  return entry != NULL ? entry->certificate : NULL;
}

EVP_PKEY *pki_key(struct pki *pki, const char *name) {
  enum key_form form;
  struct pki_entry *entry = find_entry(pki, name, &form);
  if (entry == NULL) {
    return NULL;
  }

  EVP_PKEY **shared = &entry->keys[form];
  if (*shared == NULL) {
    *shared = decode_key(entry, form);
  }

  return *shared;
}

X509 *pki_new_certificate(struct pki *pki, const char *name) {
  if (pki_certificate(pki, name) == NULL) {
    return NULL;
  }

  struct pki_entry *entry = find_certificate(pki, name);
  for (size_t i = 0; i < NUM_SPARES; i++) {
    X509 *spare = entry->spare_certificates[i];
    if (spare != NULL) {
      entry->spare_certificates[i] = NULL;
      return spare;
    }
  }

  return decode_certificate(entry);
}

EVP_PKEY *pki_new_key(struct pki *pki, const char *name) {
  enum key_form form;
  struct pki_entry *entry = find_entry(pki, name, &form);
  if (entry == NULL) {
    return NULL;
  }

  for (size_t i = 0; i < NUM_SPARES && form == FORM_PRIVATE; i++) {
    EVP_PKEY *spare = entry->spare_keys[i];
    if (spare != NULL) {
      entry->spare_keys[i] = NULL;
      return spare;
    }
  }

  return decode_key(entry, form);
}

/* What cannot be decoded stays away, and who asks for it will find out. */
void pki_stock(struct pki *pki, const char *name, bool with_spares) {
  enum key_form form;
  struct pki_entry *entry = find_entry(pki, name, &form);
  if (entry == NULL || entry->certificate == NULL) {
    return;
  }

  EVP_PKEY **shared = &entry->keys[form];
  if (*shared == NULL) {
    *shared = try_decode_key(entry, form);
  }
  first_use(form == FORM_PRIVATE ? *shared : NULL, entry->certificate);
  size_t num = with_spares && form == FORM_PRIVATE ? NUM_SPARES : 0;
  for (size_t i = 0; i < num; i++) {
    if (entry->spare_certificates[i] == NULL) {
      entry->spare_certificates[i] = decode_certificate(entry);
    }
    if (entry->spare_keys[i] == NULL) {
      entry->spare_keys[i] = try_decode_key(entry, FORM_PRIVATE);
    }
    first_use(entry->spare_keys[i], entry->spare_certificates[i]);
  }
}

static const struct der *certificate_der(const struct pki_entry *entry) {
  return &entry->certificate_der;
}

static const struct der *subject_der(const struct pki_entry *entry) {
  return &entry->subject_der;
}

static const struct der *public_key_der(const struct pki_entry *entry) {
  return &entry->public_key_der;
}

/* The first name whose |part| is |wanted|, which is freed. */
static const char *name_by_der(
    const struct pki *pki,
    const struct der *(*part)(const struct pki_entry *entry),
    struct der *wanted) {
  const char *name = NULL;
  for (size_t i = 0; i < pki->num_entries && name == NULL; i++) {
    if (der_equal(part(&pki->entries[i]), wanted)) {
      name = pki->entries[i].name;
    }
  }

  der_free(wanted);
  return name;
}

const char *pki_name_of_certificate(const struct pki *pki, X509 *certificate) {
  if (certificate == NULL) {
    return NULL;
  }

  struct der der = {0};
  ERR_set_mark();
  der.len = i2d_X509(certificate, &der.bytes);
  ERR_pop_to_mark();
  return name_by_der(pki, certificate_der, &der);
}

const char *pki_name_of_key_called(const struct pki *pki, const char *name) {
  enum key_form form;
  const struct pki_entry *entry = find_entry(pki, name, &form);
  return entry != NULL ? entry->key_name : NULL;
}

/* Whether |key| is one of the shared objects of |entry|. */
static int has_key(const struct pki_entry *entry, const EVP_PKEY *key) {
  for (size_t i = 0; i < NUM_FORMS; i++) {
    if (entry->keys[i] == key) {
      return 1;
    }
  }

  return 0;
}

const char *pki_name_of_key(const struct pki *pki, EVP_PKEY *key) {
  if (key == NULL) {
    return NULL;
  }

  /* The shared ones live as long as the PKI: their addresses are theirs. */
  for (size_t i = 0; i < pki->num_entries; i++) {
    if (has_key(&pki->entries[i], key)) {
      return pki->entries[i].key_name;
    }
  }

  struct der der = {0};
  ERR_set_mark();
  der.len = i2d_PUBKEY(key, &der.bytes);
  ERR_pop_to_mark();
  return name_by_der(pki, public_key_der, &der);
}

const char *pki_name_of_subject(const struct pki *pki, X509_NAME *subject) {
  if (subject == NULL) {
    return NULL;
  }

  struct der der = {0};
  ERR_set_mark();
  der.len = i2d_X509_NAME(subject, &der.bytes);
  ERR_pop_to_mark();
  return name_by_der(pki, subject_der, &der);
}
