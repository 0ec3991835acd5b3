/* Words of the target configuration: certificates, keys, chains, and what gives
 * or checks them. */
#include "configuration_words.h"

#include <openssl/x509.h>
#include <stdlib.h>
#include <string.h>

#include "subject_engine.h"
#include "target.h"

enum {
  MANY = 40000,    /* certificates: more than a handshake message can hold */
  BIG = 1200000,   /* bytes: more than a name may have */
  HUGE = 17000000, /* more than a certificate may have in a Certificate */
};

static void remember(struct configuration_names *names, const char *name) {
  contract(names->num < CONFIGURATION_MAX_NAMES, "no more than %d names",
           CONFIGURATION_MAX_NAMES);
  names->all[names->num++] = name;
}

static bool is_full(const struct configuration_names *names) {
  return names->num == CONFIGURATION_MAX_NAMES;
}

static int certificate(struct configuration_end *end, const char *text) {
  struct pki *pki = end->pair->pki;
  const char *name = configuration_known(pki, text);

  if (name == NULL || is_full(&end->certificates)) {
    return -1;
  }

  remember(&end->certificates, name);
  return SSL_CTX_use_certificate(end->ctx, pki_certificate(pki, name)) == 1 &&
         SSL_CTX_use_PrivateKey(end->ctx, pki_key(pki, name)) == 1;
}

static int certificate_alone(struct configuration_end *end, const char *text) {
  X509 *x509 = pki_certificate(end->pair->pki, text);

  end->odd_leaf = true;
  return x509 == NULL ? -1 : SSL_CTX_use_certificate(end->ctx, x509);
}

/* ecdsa-leaf with an extension of |len| bytes; its signature does not fit. */
static X509 *padded(struct pki *pki, int len) {
  X509 *x509 = pki_new_certificate(pki, "ecdsa-leaf");
  ASN1_OCTET_STRING *bytes = ASN1_OCTET_STRING_new();
  unsigned char *zeros = calloc(1, (size_t)len);
  X509_EXTENSION *extension;

  contract(x509 != NULL && zeros != NULL &&
               ASN1_OCTET_STRING_set(bytes, zeros, len) == 1,
           "%d bytes can be made", len);
  free(zeros);
  extension =
      X509_EXTENSION_create_by_NID(NULL, NID_netscape_comment, 0, bytes);
  contract(extension != NULL && X509_add_ext(x509, extension, -1) == 1,
           "an extension can be added");
  X509_EXTENSION_free(extension);
  ASN1_OCTET_STRING_free(bytes);
  i2d_re_X509_tbs(x509, NULL); /* what it was decoded from is no longer it */
  return x509;
}

/* A certificate that others do not share: "empty" has no subject, no key and
 * no signature, and cannot be encoded. NULL for one that nobody knows. */
static X509 *certificate_called(struct pki *pki, const char *name) {
  X509 *x509;

  if (strcmp(name, "empty") == 0) {
    return X509_new();
  }
  if (strcmp(name, "big") == 0) {
    return padded(pki, BIG);
  }
  if (strcmp(name, "huge") == 0) {
    return padded(pki, HUGE);
  }
  x509 = pki_certificate(pki, name);
  if (x509 != NULL) {
    X509_up_ref(x509);
  }
  return x509;
}

static int use(struct configuration_end *end, const char *text) {
  struct pki *pki = end->pair->pki;
  const char *name = configuration_known(pki, text);
  X509 *x509 = certificate_called(pki, text);

  configuration_open(end->pair);
  if (name != NULL && !is_full(&end->certificates)) {
    remember(&end->certificates, name);
  }
  end->odd_leaf = end->odd_leaf || name == NULL;
  int ok = SSL_use_certificate(end->ssl, x509) == 1 &&
           SSL_use_PrivateKey(
               end->ssl, pki_key(pki, name == NULL ? "ecdsa-leaf" : name)) == 1;
  X509_free(x509);
  return ok;
}

static int use_key(struct configuration_end *end, const char *text) {
  configuration_open(end->pair);
  end->odd_chain = true;
  return SSL_use_PrivateKey(end->ssl, pki_key(end->pair->pki, text)) == 1;
}

static int max_cert_list(struct configuration_end *end, const char *text) {
  return (int)SSL_CTX_set_max_cert_list(end->ctx, configuration_number(text));
}

/* It belongs to the certificate that was set last. */
static int chain(struct configuration_end *end, const char *text) {
  X509 *x509 = certificate_called(end->pair->pki, text);

  if (x509 == NULL) {
    return -1;
  }

  end->odd_chain = true;
  int ok = end->ssl != NULL ? SSL_add1_chain_cert(end->ssl, x509) == 1
                            : SSL_CTX_add1_chain_cert(end->ctx, x509) == 1;
  X509_free(x509);
  return ok;
}

static int extra(struct configuration_end *end, const char *text) {
  const char *name = configuration_known(end->pair->pki, text);
  X509 *x509 = certificate_called(end->pair->pki, text);

  if (x509 == NULL) {
    return -1;
  }
  if (name != NULL && !is_full(&end->extra)) {
    remember(&end->extra, name);
  } else {
    end->odd_chain = true;
  }
  if (SSL_CTX_add_extra_chain_cert(end->ctx, x509) != 1) {
    X509_free(x509);
    return 0;
  }

  return 1;
}

static int many(struct configuration_end *end, const char *text) {
  X509 *x509 = pki_certificate(end->pair->pki, text);

  end->odd_chain = true;
  for (int i = 0; x509 != NULL && i < MANY; i++) {
    X509_up_ref(x509);
    if (SSL_CTX_add_extra_chain_cert(end->ctx, x509) != 1) {
      X509_free(x509);
      return 0;
    }
  }

  return x509 != NULL ? 1 : -1;
}

/* The store that chains are built from. */
static int add_to_store(struct configuration_end *end, X509_STORE *store,
                        const char *text) {
  const char *name = configuration_known(end->pair->pki, text);

  if (name == NULL || is_full(&end->stored)) {
    return -1;
  }

  remember(&end->stored, name);
  return X509_STORE_add_cert(store, pki_certificate(end->pair->pki, name)) == 1;
}

static int trust(struct configuration_end *end, const char *text) {
  X509_STORE *store = SSL_CTX_get_cert_store(end->ctx);
  X509 *x509 = pki_certificate(end->pair->pki, text);

  /* With a chain store this one has no say in chains. */
  if (end->has_chain_store && x509 != NULL) {
    return X509_STORE_add_cert(store, x509) == 1;
  }

  return add_to_store(end, store, text);
}

static int chain_store(struct configuration_end *end, const char *text) {
  X509_STORE *store = X509_STORE_new();

  contract(store != NULL, "a store can be made");
  end->stored = (struct configuration_names){0};
  end->has_chain_store = true;
  int ok = add_to_store(end, store, text) == 1;
  SSL_CTX_set1_chain_cert_store(end->ctx, store);
  X509_STORE_free(store);
  return ok;
}

static int no_auto_chain(struct configuration_end *end, const char *text) {
  (void)text;
  end->auto_chain = false;
  SSL_CTX_set_mode(end->ctx, SSL_MODE_NO_AUTO_CHAIN);
  return 1;
}

static int answer(struct configuration_end *end, const char *text) {
  end->pair->answer = configuration_number(text);
  return 1;
}

static int give(struct configuration_end *end, const char *text) {
  const char *name = configuration_known(end->pair->pki, text);

  if (name == NULL || end->server || is_full(&end->certificates)) {
    return -1;
  }

  remember(&end->certificates, name);
  end->pair->given = name;
  end->pair->answer = 1;
  return 1;
}

/* The engine's function: its certificate and key are the callback's, but it
 * is asked first, and without the contract of the callback. */
static int load_from_engine(SSL *ssl, STACK_OF(X509_NAME) * ca_list,
                            X509 **x509, EVP_PKEY **pkey) {
  const struct configuration_end *end =
      SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl));
  struct pki *pki = end->pair->pki;

  (void)ca_list;
  if (end->engine_gives == NULL) {
    return 0;
  }

  *x509 = pki_new_certificate(pki, end->engine_gives);
  *pkey = pki_new_key(pki, end->engine_gives);
  return 1;
}

/* An engine that gives a certificate, or none. -1 where there are no engines.
 */
static int engine(struct configuration_end *end, const char *text) {
  const char *name = configuration_known(end->pair->pki, text);

  if (end->server || is_full(&end->certificates)) {
    return -1;
  }
  if (name != NULL) {
    remember(&end->certificates, name);
  }
  end->engine_gives = name;
  return subject_set_client_cert_engine(end->ctx, load_from_engine);
}

static int check_chain(SSL *ssl, void *argument) {
  struct configuration_end *end = argument;

  (void)ssl;
  configuration_check(end, end->pair->checked, end->pair->checked);
  return 1;
}

static int check_in_cert_cb(struct configuration_end *end, const char *text) {
  const char *name = configuration_known(end->pair->pki, text);

  end->pair->checked = name == NULL ? "null" : name;
  SSL_CTX_set_cert_cb(end->ctx, check_chain, end);
  return 1;
}

static int refuse_cert_cb(SSL *ssl, void *argument) {
  (void)ssl;
  return *(const int *)argument;
}

static int cert_cb(struct configuration_end *end, const char *text) {
  static int answers[] = {-1, 0, 1};

  SSL_CTX_set_cert_cb(end->ctx, refuse_cert_cb,
                      &answers[text[0] == '-'   ? 0
                               : text[0] == '0' ? 1
                                                : 2]);
  return 1;
}

static int check(struct configuration_end *end, const char *text) {
  configuration_open(end->pair);
  configuration_check(end, text, text);
  return 1;
}

static int check_without_key(struct configuration_end *end, const char *text) {
  configuration_open(end->pair);
  configuration_check(end, text, "null");
  return 1;
}

const struct configuration_word configuration_credential_words[] = {
    {"certificate", certificate},
    {"certificate_alone", certificate_alone},
    {"use", use},
    {"use_key", use_key},
    {"max_cert_list", max_cert_list},
    {"chain", chain},
    {"extra", extra},
    {"many", many},
    {"trust", trust},
    {"chain_store", chain_store},
    {"no_auto_chain", no_auto_chain},
    {"answer", answer},
    {"give", give},
    {"engine", engine},
    {"check_in_cert_cb", check_in_cert_cb},
    {"cert_cb", cert_cb},
    {"check", check},
    {"check_without_key", check_without_key},
    {NULL, NULL},
};
