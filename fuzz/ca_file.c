/* ca_file: what SSL_load_client_CA_file and SSL_add_file_cert_subjects_to_stack
 * make of a file. The first byte says what the rest is: even, the file itself;
 * odd, names as in a CA list, that become the subjects of certificates; ABSENT,
 * nothing: there is no file. */
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "determinism.h"
#include "flight.h"
#include "pki.h"
#include "subject.h"
#include "target.h"

enum {
  MAX_FILE = 60000,
  MAX_NAMES = 16,
  TAG_SEQUENCE = 0x30,
  ABSENT = 0xfe,
};

/* The file: anonymous, so that nothing is left behind. */
static int file;
static char path[64];

/* The names that were asked for; those before the first that is not good have
 * to come back. */
struct names {
  struct span all[MAX_NAMES];
  size_t num;
  size_t num_good;
};

static struct span key_info;

/* DER between the names of a TBSCertificate, and behind it: version 3, serial
 * number 5, ecdsa-with-SHA256; a validity; a signature of nothing. */
static const uint8_t before_issuer[] = {0xa0, 3,    2,    1, 2, 2,    1,
                                        5,    0x30, 10,   6, 8, 0x2a, 0x86,
                                        0x48, 0xce, 0x3d, 4, 3, 2};
static const uint8_t validity[] = {0x30, 30,   0x17, 13,  '2', '0', '0', '1',
                                   '0',  '1',  '0',  '0', '0', '0', '0', '0',
                                   'Z',  0x17, 13,   '4', '9', '0', '1', '0',
                                   '1',  '0',  '0',  '0', '0', '0', '0', 'Z'};
static const uint8_t behind[] = {0x30, 10, 6, 8, 0x2a, 0x86, 0x48, 0xce,
                                 0x3d, 4,  3, 2, 3,    2,    0,    0};

static struct span static_span(const uint8_t *bytes, size_t len) {
  return (struct span){bytes, len};
}

/* Puts tag and length in front of what |flight| holds from |begin| on. */
static void wrap(struct flight *flight, size_t begin) {
  static uint8_t content[FLIGHT_MAX];
  size_t len = flight->len - begin;

  memcpy(content, flight->bytes + begin, len);
  flight->len = begin;
  flight_number(flight, TAG_SEQUENCE, 1);
  if (len >= 0x100) {
    flight_number(flight, 0x82, 1);
    flight_number(flight, len, 2);
  } else if (len >= 0x80) {
    flight_number(flight, 0x81, 1);
    flight_number(flight, len, 1);
  } else {
    flight_number(flight, len, 1);
  }
  flight_bytes(flight, static_span(content, len));
}

static void write_certificate(BIO *out, struct span name) {
  static struct flight der;

  der.len = 0;
  flight_bytes(&der, static_span(before_issuer, sizeof(before_issuer)));
  flight_bytes(&der, name);
  flight_bytes(&der, static_span(validity, sizeof(validity)));
  flight_bytes(&der, name);
  flight_bytes(&der, key_info);
  wrap(&der, 0);
  flight_bytes(&der, static_span(behind, sizeof(behind)));
  wrap(&der, 0);
  contract(PEM_write_bio(out, "CERTIFICATE", "", der.bytes, (long)der.len) > 0,
           "PEM can be written");
}

static int is_good(struct span name) {
  static struct flight list;
  size_t num;

  list.len = 0;
  flight_number(&list, name.len, 2);
  flight_bytes(&list, name);
  return reading_ca_list(flight_span(&list), &num) == READING_GOOD;
}

static void write_names(BIO *out, struct names *names, struct span input) {
  bool good = true;

  struct span name;

  while (names->num < MAX_NAMES && reading_next(&name, &input)) {
    good = good && is_good(name);
    names->num_good += good;
    names->all[names->num++] = name;
    write_certificate(out, name);
  }
}

static void write_file(struct span content) {
  contract(ftruncate(file, 0) == 0 && pwrite(file, content.bytes, content.len,
                                             0) == (ssize_t)content.len,
           "the file can be written");
}

static bool name_is(const X509_NAME *name, struct span want) {
  unsigned char *der = NULL;
  int len = i2d_X509_NAME(name, &der);
  bool same = len >= 0 && (size_t)len == want.len &&
              memcmp(der, want.bytes, want.len) == 0;

  OPENSSL_free(der);
  return same;
}

static bool was_asked_for(const X509_NAME *name, const struct names *names) {
  for (size_t i = 0; i < names->num; i++) {
    if (name_is(name, names->all[i])) {
      return true;
    }
  }

  return false;
}

static bool is_same(const X509_NAME *a, const X509_NAME *b) {
  unsigned char *der = NULL;
  int len = i2d_X509_NAME(a, &der);
  bool same = len >= 0 && name_is(b, static_span(der, (size_t)len));

  OPENSSL_free(der);
  return same;
}

/* Libraries differ in whether names that X509_NAME_cmp takes for equal, as in
 * another case, are merged. */
static bool is_equal(const X509_NAME *a, const X509_NAME *b) {
  return X509_NAME_cmp(a, b) == 0;
}

static bool is_among(const X509_NAME *name, const STACK_OF(X509_NAME) * list,
                     int num,
                     bool (*equals)(const X509_NAME *, const X509_NAME *)) {
  for (int i = 0; i < num; i++) {
    if (equals(sk_X509_NAME_value(list, i), name)) {
      return true;
    }
  }

  return false;
}

static void check_names(const STACK_OF(X509_NAME) * list,
                        const struct names *names) {
  int num = list == NULL ? 0 : sk_X509_NAME_num(list);

  for (int i = 0; i < num; i++) {
    const X509_NAME *name = sk_X509_NAME_value(list, i);

    contract(was_asked_for(name, names), "name %d stands in the file", i);
    contract(!is_among(name, list, i, is_same), "name %d once", i);
  }
  for (size_t i = 0; i < names->num_good; i++) {
    const unsigned char *der = names->all[i].bytes;
    X509_NAME *name = d2i_X509_NAME(NULL, &der, (long)names->all[i].len);

    contract(name != NULL && is_among(name, list, num, is_equal),
             "name %zu of the file is in the list", i);
    X509_NAME_free(name);
  }
}

static void note(const STACK_OF(X509_NAME) * list) {
  int num = list == NULL ? -1 : sk_X509_NAME_num(list);

  determinism_trace(&num, sizeof(num));
  for (int i = 0; i < num; i++) {
    unsigned char *der = NULL;
    int len = i2d_X509_NAME(sk_X509_NAME_value(list, i), &der);

    contract(len >= 0, "name %d can be encoded", i);
    determinism_trace(der, (size_t)len);
    OPENSSL_free(der);
  }
}

/* Names that are there already are not added again. */
static void add_again(const STACK_OF(X509_NAME) * list) {
  STACK_OF(X509_NAME) *copy =
      list == NULL ? sk_X509_NAME_new_null() : SSL_dup_CA_list(list);
  int num;

  contract(copy != NULL, "a list can be copied");
  num = sk_X509_NAME_num(copy);
  if (SSL_add_file_cert_subjects_to_stack(copy, path) == 1 && list != NULL) {
    contract(sk_X509_NAME_num(copy) == num, "%d names instead of %d", num,
             sk_X509_NAME_num(copy));
  }
  sk_X509_NAME_pop_free(copy, X509_NAME_free);
}

int LLVMFuzzerInitialize(int *argc, char ***argv) {
  struct certspec_error error;
  unsigned char *der = NULL;

  (void)argc;
  (void)argv;
  determinism_start();
  contract(subject_start(&error), "%s", error.text);
  file = memfd_create("ca_file", MFD_CLOEXEC);
  contract(file >= 0, "a file in memory can be made");
  snprintf(path, sizeof(path), "/proc/self/fd/%d", file);

  struct pki *pki = target_load_pki();
  int len = i2d_PUBKEY(pki_key(pki, "ecdsa-leaf"), &der);
  contract(len > 0, "a public key can be encoded");
  key_info = static_span(der, (size_t)len);
  pki_free(pki);
  return 0;
}

static void load_absent(void) {
  static const char absent[] = "/proc/self/fd/none";
  STACK_OF(X509_NAME) *list = sk_X509_NAME_new_null();

  contract(SSL_load_client_CA_file(absent) == NULL, "no list without a file");
  contract(list != NULL &&
               SSL_add_file_cert_subjects_to_stack(list, absent) == 0 &&
               sk_X509_NAME_num(list) == 0,
           "no names without a file");
  sk_X509_NAME_free(list);
  ERR_clear_error();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct names names = {0};
  struct span rest = {data + 1, size - 1};

  if (size == 0 || size > MAX_FILE) {
    return -1;
  }

  determinism_begin();
  if (data[0] == ABSENT) {
    load_absent();
    return 0;
  }

  bool names_instead = data[0] % 2 == 1;
  if (!names_instead) {
    write_file(rest);
  } else {
    BIO *pem = BIO_new(BIO_s_mem());
    char *text;

    contract(pem != NULL, "a memory BIO can be made");
    write_names(pem, &names, rest);
    size_t len = (size_t)BIO_get_mem_data(pem, &text);
    write_file(static_span((uint8_t *)text, len));
    BIO_free(pem);
  }

  STACK_OF(X509_NAME) *list = SSL_load_client_CA_file(path);
  note(list);
  if (names_instead) {
    check_names(list, &names);
  }
  add_again(list);
  sk_X509_NAME_pop_free(list, X509_NAME_free);
  ERR_clear_error();
  return 0;
}
