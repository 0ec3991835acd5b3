/* Words of the target configuration: what is requested and what is allowed. */
#include "configuration_words.h"

#include <openssl/err.h>
#include <openssl/x509.h>
#include <string.h>

#include "subject.h"
#include "target.h"

enum {
  MAX_NAME_LEN = 70000,
  MAX_NAMES = 4,
};

static int strict(struct configuration_end *end, const char *text) {
  (void)text;
  end->strict = true;
  SSL_CTX_set_cert_flags(end->ctx, SSL_CERT_FLAG_TLS_STRICT);
  return 1;
}

static int suite_b(struct configuration_end *end, const char *text) {
  SSL_CTX_set_cert_flags(
      end->ctx, strcmp(text, "192") == 0   ? SSL_CERT_FLAG_SUITEB_192_LOS
                : strcmp(text, "128") == 0 ? SSL_CERT_FLAG_SUITEB_128_LOS
                                           : SSL_CERT_FLAG_SUITEB_128_LOS_ONLY);
  return 1;
}

static int algorithms(struct configuration_end *end, const char *text) {
  return SSL_CTX_set1_sigalgs_list(end->ctx, text) == 1;
}

/* Two algorithms, the first of which no build has a key for; by their numbers,
 * for the lists by name do not know it. */
static int gost_algorithms(struct configuration_end *end, const char *text) {
  static const int pairs[] = {NID_id_GostR3411_2012_256,
                              NID_id_GostR3410_2012_256, NID_sha256,
                              EVP_PKEY_RSA};

  (void)text;
  return SSL_CTX_set1_sigalgs(end->ctx, pairs,
                              sizeof(pairs) / sizeof(pairs[0])) == 1;
}

static int client_algorithms(struct configuration_end *end, const char *text) {
  return SSL_CTX_set1_client_sigalgs_list(end->ctx, text) == 1;
}

/* The certificate types of the requests: bytes of ClientCertificateType. */
static int types(struct configuration_end *end, const char *text) {
  unsigned char number = (unsigned char)configuration_number(text);

  return SSL_CTX_set1_client_certificate_types(end->ctx, &number,
                                               number != 0) == 1;
}

static int groups(struct configuration_end *end, const char *text) {
  return SSL_CTX_set1_groups_list(end->ctx, text) == 1;
}

static int ciphers(struct configuration_end *end, const char *text) {
  return end->ssl != NULL ? SSL_set_cipher_list(end->ssl, text) == 1
                          : SSL_CTX_set_cipher_list(end->ctx, text) == 1;
}

static int level(struct configuration_end *end, const char *text) {
  if (end->ssl != NULL) {
    SSL_set_security_level(end->ssl, configuration_number(text));
  } else {
    SSL_CTX_set_security_level(end->ctx, configuration_number(text));
  }
  return 1;
}

static int refuse_one(const SSL *ssl, const SSL_CTX *ctx, int operation,
                      int bits, int nid, void *other, void *argument) {
  const struct configuration_end *end = argument;

  (void)ssl;
  (void)ctx;
  (void)bits;
  (void)nid;
  (void)other;
  return operation != end->refused;
}

/* A security callback that takes all but one kind of thing. */
static int refuse(struct configuration_end *end, const char *text) {
  static const struct {
    const char *name;
    int operation;
  } operations[] = {
      {"algorithm", SSL_SECOP_SIGALG_SUPPORTED},
      {"algorithm-shared", SSL_SECOP_SIGALG_SHARED},
      {"algorithm-check", SSL_SECOP_SIGALG_CHECK},
      {"algorithm-mask", SSL_SECOP_SIGALG_MASK},
      {"key", SSL_SECOP_EE_KEY},
      {"ca-key", SSL_SECOP_CA_KEY},
      {"digest", SSL_SECOP_CA_MD},
  };

  for (size_t i = 0; i < sizeof(operations) / sizeof(operations[0]); i++) {
    if (strcmp(operations[i].name, text) == 0) {
      end->refused = operations[i].operation;
      SSL_CTX_set_security_callback(end->ctx, refuse_one);
      SSL_CTX_set0_security_ex_data(end->ctx, end);
      if (end->ssl != NULL) {
        SSL_set_security_callback(end->ssl, refuse_one);
        SSL_set0_security_ex_data(end->ssl, end);
      }
      return 1;
    }
  }

  return -1;
}

/* A name whose one value is |len| bytes long. */
static X509_NAME *long_name(int len) {
  static unsigned char value[MAX_NAME_LEN];
  X509_NAME *name = X509_NAME_new();

  contract(name != NULL && len > 0 && len <= MAX_NAME_LEN, "a name of %d bytes",
           len);
  memset(value, 'a', (size_t)len);
  /* It has no limit on its length, as CN has. */
  if (X509_NAME_add_entry_by_txt(name, "dnQualifier", MBSTRING_ASC, value, len,
                                 -1, 0) != 1) {
    ERR_clear_error();
  }
  return name;
}

/* A list with the names that |text| says: "none" is no list at all. */
static STACK_OF(X509_NAME) *
    names_of(struct configuration_end *end, const char *text) {
  STACK_OF(X509_NAME) *names = sk_X509_NAME_new_null();
  X509 *x509 = pki_certificate(end->pair->pki, text);
  int num;
  int len;

  contract(names != NULL, "a list can be made");
  if (strcmp(text, "none") == 0) {
    sk_X509_NAME_free(names);
    return NULL;
  }
  if (x509 != NULL) {
    sk_X509_NAME_push(names, X509_NAME_dup(X509_get_subject_name(x509)));
  } else if (strcmp(text, "null") == 0) {
    end->odd_names = true;
    sk_X509_NAME_push(names, NULL);
  } else if (strchr(text, 'x') != NULL) {
    num = configuration_number(text);
    len = configuration_number(strchr(text, 'x') + 1);
    if (num > MAX_NAMES || len < 1 || len > MAX_NAME_LEN) {
      return names;
    }
    end->odd_names = true;
    for (int i = 0; i < num; i++) {
      sk_X509_NAME_push(names, long_name(len));
    }
  }
  return names;
}

/* A list that changes once the handshake has begun may not have been sent. */
static void note_late_names(struct configuration_end *end) {
  end->odd_names |= end->ssl != NULL && !SSL_in_before(end->ssl);
}

static int ca(struct configuration_end *end, const char *text) {
  X509 *x509 = pki_certificate(end->pair->pki, text);

  note_late_names(end);

  if (x509 == NULL) {
    SSL_CTX_set_client_CA_list(end->ctx, names_of(end, text));
    return 1;
  }

  return SSL_CTX_add_client_CA(end->ctx, x509) == 1;
}

static int own_ca(struct configuration_end *end, const char *text) {
  configuration_open(end->pair);
  note_late_names(end);
  SSL_set_client_CA_list(end->ssl, names_of(end, text));
  return sk_X509_NAME_num(SSL_get_client_CA_list(end->ssl));
}

/* The list for either direction. */
static int ca_names(struct configuration_end *end, const char *text) {
  note_late_names(end);
  if (end->ssl != NULL) {
    SSL_set0_CA_list(end->ssl, names_of(end, text));
  } else {
    SSL_CTX_set0_CA_list(end->ctx, names_of(end, text));
  }
  return 1;
}

static int no_ca_names(struct configuration_end *end, const char *text) {
  unsigned long long option;
  int known;

  (void)text;
  if (!subject_option("SSL_OP_DISABLE_TLSEXT_CA_NAMES", &option, &known)) {
    return -1;
  }

  end->odd_names = true;
  SSL_CTX_set_options(end->ctx, option);
  return 1;
}

static int verify(struct configuration_end *end, const char *text) {
  int mode = SSL_VERIFY_PEER;

  mode |= strstr(text, "require") ? SSL_VERIFY_FAIL_IF_NO_PEER_CERT : 0;
  mode |= strstr(text, "once") ? SSL_VERIFY_CLIENT_ONCE : 0;
  mode |= strstr(text, "later") ? SSL_VERIFY_POST_HANDSHAKE : 0;
  mode = strcmp(text, "none") == 0 ? SSL_VERIFY_NONE : mode;
  if (end->ssl != NULL) {
    SSL_set_verify(end->ssl, mode, NULL);
  } else {
    SSL_CTX_set_verify(end->ctx, mode, NULL);
  }
  return 1;
}

static const unsigned char shared_key[] = "certspec test key";

static unsigned client_psk(SSL *ssl, const char *hint, char *identity,
                           unsigned identity_size, unsigned char *key,
                           unsigned key_size) {
  (void)ssl;
  (void)hint;
  if (identity_size < 2 || key_size < sizeof(shared_key)) {
    return 0;
  }

  memcpy(identity, "a", 2);
  memcpy(key, shared_key, sizeof(shared_key));
  return sizeof(shared_key);
}

static unsigned server_psk(SSL *ssl, const char *identity, unsigned char *key,
                           unsigned key_size) {
  (void)ssl;
  (void)identity;
  if (key_size < sizeof(shared_key)) {
    return 0;
  }

  memcpy(key, shared_key, sizeof(shared_key));
  return sizeof(shared_key);
}

static int psk(struct configuration_end *end, const char *text) {
  (void)text;
  if (end->server) {
    SSL_CTX_set_psk_server_callback(end->ctx, server_psk);
  } else {
    SSL_CTX_set_psk_client_callback(end->ctx, client_psk);
  }
  return 1;
}

static int post_handshake_auth(struct configuration_end *end,
                               const char *text) {
  (void)text;
  SSL_CTX_set_post_handshake_auth(end->ctx, 1);
  return 1;
}

const struct configuration_word configuration_request_words[] = {
    {"strict", strict},
    {"suite_b", suite_b},
    {"algorithms", algorithms},
    {"gost_algorithms", gost_algorithms},
    {"client_algorithms", client_algorithms},
    {"types", types},
    {"groups", groups},
    {"ciphers", ciphers},
    {"level", level},
    {"refuse", refuse},
    {"ca", ca},
    {"own_ca", own_ca},
    {"ca_names", ca_names},
    {"no_ca_names", no_ca_names},
    {"verify", verify},
    {"psk", psk},
    {"post_handshake_auth", post_handshake_auth},
    {NULL, NULL},
};
