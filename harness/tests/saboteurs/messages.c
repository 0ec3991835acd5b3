/* messages: rewrites handshake messages and alerts between libssl and its
 * records, by the functions of libcrypto that libssl calls on the way. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "saboteur.h"

/* One process performs one case: it rewrites a handful of messages. */
#define MAX_SWAPPED 64
#define RECORD_HEADER 5
#define MESSAGE_HEADER 4

struct bytes {
  unsigned char *data;
  size_t len;
};

static struct {
  struct bytes ours;
  struct bytes theirs;
} swapped[MAX_SWAPPED];
static size_t num_swapped;

static struct bytes copy(const unsigned char *data, size_t len) {
  struct bytes ret = {malloc(len + 1), len};

  if (ret.data == NULL)
    abort();

  memcpy(ret.data, data, len);
  return ret;
}

static const struct bytes *find_theirs(const unsigned char *ours, size_t len) {
  for (size_t i = 0; i < num_swapped; i++) {
    if (swapped[i].ours.len == len &&
        memcmp(swapped[i].ours.data, ours, len) == 0) {
      return &swapped[i].theirs;
    }
  }

  return NULL;
}

void transcript_differs(const unsigned char *ours, size_t ours_len,
                        const unsigned char *theirs, size_t theirs_len) {
  if (find_theirs(ours, ours_len) != NULL)
    return;

  if (num_swapped == MAX_SWAPPED)
    abort();

  swapped[num_swapped].ours = copy(ours, ours_len);
  swapped[num_swapped].theirs = copy(theirs, theirs_len);
  num_swapped++;
}

static int is_whole_message(const unsigned char *data, size_t len) {
  return len >= MESSAGE_HEADER &&
         ((size_t)data[1] << 16 | (size_t)data[2] << 8 | data[3]) ==
             len - MESSAGE_HEADER;
}

/* Gives |data| to the saboteur. Returns its length from now on. */
static size_t send_as(unsigned char content_type, unsigned char *data,
                      size_t len) {
  int is_handshake = content_type == CONTENT_HANDSHAKE;
  struct bytes ours;
  size_t ret;

  if (sabotage_sent == NULL || (!is_handshake && content_type != CONTENT_ALERT))
    return len;

  if (is_handshake && !is_whole_message(data, len))
    return len;

  ours = copy(data, len);
  ret = sabotage_sent(content_type, data, len);
  if (is_handshake && (ret != len || memcmp(ours.data, data, len) != 0))
    transcript_differs(ours.data, len, data, ret);
  free(ours.data);
  return ret;
}

static void receive_as(unsigned char content_type, unsigned char *data,
                       size_t len) {
  struct bytes theirs;

  if (sabotage_received == NULL || content_type != CONTENT_HANDSHAKE ||
      !is_whole_message(data, len)) {
    return;
  }

  theirs = copy(data, len);
  sabotage_received(data, len);
  if (memcmp(theirs.data, data, len) != 0)
    transcript_differs(data, len, theirs.data, len);
  free(theirs.data);
}

/* Up to TLS 1.2: libssl writes one record at a time into a buffering BIO. */
static int write_record(BIO *bio, const unsigned char *data, size_t len) {
  struct bytes record = copy(data, len);
  size_t left =
      send_as(record.data[0], record.data + RECORD_HEADER, len - RECORD_HEADER);
  int ret;

  record.data[3] = (unsigned char)(left >> 8);
  record.data[4] = (unsigned char)left;
  ret = REAL(BIO_write)(bio, record.data, (int)(left + RECORD_HEADER));
  free(record.data);
  return ret <= 0 ? ret : (int)len;
}

int BIO_write(BIO *bio, const void *data, int len) {
  const struct bytes *theirs = NULL;

  if (bio == NULL || data == NULL || len <= 0)
    return REAL(BIO_write)(bio, data, len);

  if (BIO_method_type(bio) == BIO_TYPE_BUFFER && len > RECORD_HEADER)
    return write_record(bio, data, (size_t)len);

  /* The transcript, as long as its hash is not known. */
  if (BIO_method_type(bio) == BIO_TYPE_MEM)
    theirs = find_theirs(data, (size_t)len);
  if (theirs == NULL)
    return REAL(BIO_write)(bio, data, len);

  if (theirs->len > 0)
    REAL(BIO_write)(bio, theirs->data, (int)theirs->len);
  return len;
}

/* libssl reads the header of a record and then the rest. */
int BIO_read(BIO *bio, void *data, int len) {
  static const BIO *header_of;
  static unsigned char content_type;
  int ret = REAL(BIO_read)(bio, data, len);

  if (ret <= 0 || BIO_method_type(bio) == BIO_TYPE_MEM)
    return ret;

  if (header_of == bio)
    receive_as(content_type, data, (size_t)ret);
  header_of = ret == RECORD_HEADER && header_of != bio ? bio : NULL;
  content_type = *(const unsigned char *)data;
  return ret;
}

/* TLS 1.3: the content type stands behind the content, then zeros. */
static void rewrite_inner(unsigned char *data, size_t len, int sent) {
  size_t end = len;
  size_t left;
  unsigned char content_type;

  while (end > 0 && data[end - 1] == 0)
    end--;
  if (end == 0)
    return;

  content_type = data[end - 1];
  if (!sent) {
    receive_as(content_type, data, end - 1);
    return;
  }

  left = send_as(content_type, data, end - 1);
  memset(data + left, 0, len - left);
  data[left] = content_type;
}

int EVP_CipherUpdate(EVP_CIPHER_CTX *ctx, unsigned char *out, int *out_len,
                     const unsigned char *in, int in_len) {
  static const EVP_CIPHER_CTX *authenticated;
  struct bytes plain;
  int ret;

  /* The additional data of a TLS 1.3 record is its header. */
  if (out == NULL) {
    authenticated = in_len == RECORD_HEADER ? ctx : NULL;
    return REAL(EVP_CipherUpdate)(ctx, out, out_len, in, in_len);
  }

  if (authenticated != ctx || in_len <= 0)
    return REAL(EVP_CipherUpdate)(ctx, out, out_len, in, in_len);

  authenticated = NULL;
  plain = copy(in, (size_t)in_len);
  if (EVP_CIPHER_CTX_encrypting(ctx))
    rewrite_inner(plain.data, plain.len, 1);
  ret = REAL(EVP_CipherUpdate)(ctx, out, out_len, plain.data, in_len);
  if (ret == 1 && !EVP_CIPHER_CTX_encrypting(ctx))
    rewrite_inner(out, (size_t)*out_len, 0);
  free(plain.data);
  return ret;
}

int EVP_DigestUpdate(EVP_MD_CTX *ctx, const void *data, size_t len) {
  const struct bytes *theirs = len == 0 ? NULL : find_theirs(data, len);

  if (theirs == NULL)
    return REAL(EVP_DigestUpdate)(ctx, data, len);

  return theirs->len == 0
             ? 1
             : REAL(EVP_DigestUpdate)(ctx, theirs->data, theirs->len);
}
