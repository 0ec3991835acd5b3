/* What libFuzzer does to the input of configuration: it exchanges words, not
 * bytes. The words that are put in are those of the table below. */
#include <stdlib.h>
#include <string.h>

#include "target.h"

enum { MAX_TEXT = 1000, MAX_WORDS = 48 };

struct text {
  char bytes[MAX_TEXT + 1];
  char *words[MAX_WORDS]; /* the first is the protocol */
  size_t num;
};

static const char *const protocols[] = {"TLSv1",   "TLSv1.1", "TLSv1.2",
                                        "TLSv1.3", "DTLSv1",  "DTLSv1.2"};

static const char *const ends[] = {"client.", "server."};

static const char *const names[] = {
    "ecdsa-leaf",         "ecdsa-leaf-2",
    "rsa-leaf",           "rsa-leaf-sha1",
    "rsa-pss-leaf",       "p384-leaf",
    "ed25519-leaf",       "dsa-leaf",
    "x25519-leaf",        "server-ecdsa",
    "server-rsa",         "rsa-1024-leaf",
    "rsa-intermediate-1", "rsa-intermediate-2",
    "rsa-root",           "ecdsa-intermediate-1",
    "ecdsa-root",         "ecdsa-intermediate-2",
    "other-root",         "empty",
};

/* Nothing behind "=": a name of the above. */
static const char *const words[] = {
    "certificate=",
    "certificate_alone=",
    "use=",
    "use_key=",
    "give=",
    "chain=",
    "extra=",
    "extra=",
    "trust=",
    "chain_store=",
    "ca=",
    "own_ca=",
    "ca_names=",
    "check=",
    "check_in_cert_cb=",
    "strict",
    "suite_b=128",
    "suite_b=192",
    "algorithms=RSA+SHA256",
    "algorithms=ECDSA+SHA256:rsa_pss_rsae_sha256",
    "client_algorithms=ECDSA+SHA256",
    "client_algorithms=RSA+SHA256:ed25519",
    "types=1",
    "groups=P-256",
    "groups=P-384:X25519",
    "ciphers=ALL",
    "ciphers=aNULL:@SECLEVEL=0",
    "no_auto_chain",
    "level=0",
    "level=2",
    "refuse=algorithm",
    "refuse=ca-key",
    "ca=none",
    "ca=2x30000",
    "no_ca_names",
    "verify=peer",
    "verify=peer,require",
    "verify=peer,later",
    "verify=none",
    "post_handshake_auth",
    "answer=-1",
    "answer=0",
    "answer=1",
    "cert_cb=-1",
    "cert_cb=1",
    "post",
    "renegotiate",
    "shutdown",
    "clear",
    "names",
    "dup",
    "session",
    "anew",
    "hide_algorithms",
    "certificate_algorithms",
    "extension",
    "turn",
};

#define NUM(table) (sizeof(table) / sizeof((table)[0]))

static size_t choose(unsigned *seed, size_t num) {
  *seed = *seed * 1103515245U + 12345U;
  return (*seed >> 16) % num;
}

static int read_text(struct text *out, const uint8_t *data, size_t size) {
  char *next = out->bytes;

  if (size == 0 || size > MAX_TEXT || memchr(data, 0, size) != NULL) {
    return 0;
  }

  memcpy(out->bytes, data, size);
  out->bytes[size] = '\0';
  for (out->num = 0; next != NULL; out->num++) {
    if (out->num == MAX_WORDS) {
      return 0;
    }
    out->words[out->num] = strsep(&next, " ");
  }
  return 1;
}

/* A word of the table, written into |out|. */
static void any_word(char *out, size_t out_size, unsigned *seed) {
  const char *word = words[choose(seed, NUM(words))];
  size_t len = strlen(word);

  out[0] = '\0';
  if (choose(seed, 4) == 0) {
    strncat(out, "shake", out_size - 1);
    return;
  }
  strncat(out, ends[choose(seed, NUM(ends))], out_size - 1);
  strncat(out, word, out_size - 1 - strlen(out));
  if (word[len - 1] == '=') {
    strncat(out, names[choose(seed, NUM(names))], out_size - 1 - strlen(out));
  }
}

static void insert(struct text *text, size_t place, char *word) {
  memmove(&text->words[place + 1], &text->words[place],
          (text->num - place) * sizeof(text->words[0]));
  text->words[place] = word;
  text->num++;
}

static void drop(struct text *text, size_t place) {
  text->num--;
  memmove(&text->words[place], &text->words[place + 1],
          (text->num - place) * sizeof(text->words[0]));
}

/* |room| is for a new word; it has to stay as long as |text|. */
static void change(struct text *text, char *room, size_t room_size,
                   unsigned *seed) {
  size_t place = 1 + choose(seed, text->num);
  size_t other = 1 + choose(seed, text->num);

  switch (choose(seed, 6)) {
    case 0:
      text->words[0] = (char *)protocols[choose(seed, NUM(protocols))];
      return;
    case 1:
      if (place < text->num) {
        drop(text, place);
      }
      return;
    case 2:
      if (place < text->num && other < text->num) {
        char *word = text->words[place];

        text->words[place] = text->words[other];
        text->words[other] = word;
      }
      return;
    case 3:
      if (other < text->num && text->num < MAX_WORDS) {
        insert(text, other, text->words[other]);
      }
      return;
    default:
      if (text->num < MAX_WORDS) {
        any_word(room, room_size, seed);
        insert(text, place, room);
      }
      return;
  }
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size,
                               unsigned int seed) {
  enum { MAX_CHANGES = 4, MAX_WORD = 80 };
  struct text text;
  char rooms[MAX_CHANGES][MAX_WORD];
  size_t len = 0;

  if (!read_text(&text, data, size)) {
    return LLVMFuzzerMutate(data, size, max_size);
  }

  for (size_t i = choose(&seed, MAX_CHANGES) + 1; i > 0; i--) {
    change(&text, rooms[i - 1], MAX_WORD, &seed);
  }

  char out[MAX_TEXT + 1];
  for (size_t i = 0; i < text.num; i++) {
    size_t word_len = strlen(text.words[i]);

    if (len + 1 + word_len > max_size || len + 1 + word_len > MAX_TEXT) {
      break;
    }
    if (i > 0) {
      out[len++] = ' ';
    }
    memcpy(out + len, text.words[i], word_len);
    len += word_len;
  }
  memcpy(data, out, len);
  return len;
}
