/* Steps on a BIO_f_ssl around an SSL object. */
#include <openssl/bio.h>
#include <openssl/ssl.h>
#include <stdlib.h>
#include <string.h>

#include "step.h"

enum { READ_BYTES = 16384 };

/* The object's BIO_f_ssl, made at its first use; NULL after an event. */
static BIO *bio_of(struct step_call *call) {
  struct client_ssl *object = call->object;
  if (object->bio != NULL) {
    return object->bio;
  }

  object->bio = BIO_new(BIO_f_ssl());
  if (object->bio == NULL ||
      BIO_set_ssl(object->bio, object->ssl, BIO_NOCLOSE) <= 0) {
    client_fail(call->run, "BIO_set_ssl");
    return NULL;
  }

  return object->bio;
}

static const struct {
  int reason;
  const char *symbol;
} RETRY_REASONS[] = {
    {BIO_RR_SSL_X509_LOOKUP, "BIO_RR_SSL_X509_LOOKUP"},
    {BIO_RR_CONNECT, "BIO_RR_CONNECT"},
    {BIO_RR_ACCEPT, "BIO_RR_ACCEPT"},
};

static json_t *retry_reason(BIO *bio) {
  int reason = BIO_get_retry_reason(bio);
  for (size_t i = 0; i < sizeof(RETRY_REASONS) / sizeof(RETRY_REASONS[0]);
       i++) {
    if (RETRY_REASONS[i].reason == reason) {
      return json_string(RETRY_REASONS[i].symbol);
    }
  }

  return reason == 0 ? json_null() : json_integer(reason);
}

/* Sets what |value| was returned with. */
static int returned(struct step_call *call, BIO *bio, int value) {
  const struct {
    const char *name;
    int is_set;
  } flags[] = {
      {"should_read", BIO_should_read(bio)},
      {"should_write", BIO_should_write(bio)},
      {"should_io_special", BIO_should_io_special(bio)},
      {"should_retry", BIO_should_retry(bio)},
  };
  json_t *names = json_array();
  for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++) {
    if (flags[i].is_set != 0) {
      json_array_append_new(names, json_string(flags[i].name));
    }
  }

  step_returned(call, value);
  json_object_set_new(call->values, "bio_flags", names);
  json_object_set_new(call->values, "bio_retry_reason", retry_reason(bio));
  return 1;
}

static int take_bio_handshake(struct step_call *call) {
  BIO *bio = bio_of(call);
  return bio != NULL && returned(call, bio, (int)BIO_do_handshake(bio));
}

static int take_bio_read(struct step_call *call) {
  static char buffer[READ_BYTES];
  BIO *bio = bio_of(call);
  if (bio == NULL) {
    return 0;
  }

  int value = BIO_read(bio, buffer, sizeof(buffer));
  if (value > 0) {
    json_object_set_new(call->values, "data",
                        json_stringn(buffer, (size_t)value));
  }
  return returned(call, bio, value);
}

static int take_bio_write(struct step_call *call) {
  const char *data = step_text(call, "data", "hello");
  BIO *bio = bio_of(call);
  return bio != NULL &&
         returned(call, bio, BIO_write(bio, data, (int)strlen(data)));
}

static const struct step_row ROWS[] = {
    {{"bio_handshake", "",
      "BIO_do_handshake on a BIO_f_ssl around the SSL object, made at its "
      "first use"},
     "",
     "BIO_do_handshake",
     STEP_IO,
     take_bio_handshake},
    {{"bio_read", "", "BIO_read on the BIO_f_ssl"},
     "",
     "BIO_read",
     STEP_IO,
     take_bio_read},
    {{"bio_write", "data",
      "BIO_write of \"data\" (\"hello\") on the BIO_f_ssl"},
     "",
     "BIO_write",
     STEP_IO,
     take_bio_write},
};

const struct step_row *step_bio_table(size_t *out_num) {
  *out_num = sizeof(ROWS) / sizeof(ROWS[0]);
  return ROWS;
}
