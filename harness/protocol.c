#include "protocol.h"

#include <openssl/ssl.h>
#include <string.h>

static const struct protocol PROTOCOLS[] = {
    {"TLSv1", PROTOCOL_TLS, TLS1_VERSION, "tls1.0"},
    {"TLSv1.1", PROTOCOL_TLS, TLS1_1_VERSION, "tls1.1"},
    {"TLSv1.2", PROTOCOL_TLS, TLS1_2_VERSION, "tls1.2"},
    {"TLSv1.3", PROTOCOL_TLS, TLS1_3_VERSION, "tls1.3"},
    {"DTLSv1", PROTOCOL_DTLS, DTLS1_VERSION, "dtls1.0"},
    {"DTLSv1.2", PROTOCOL_DTLS, DTLS1_2_VERSION, "dtls1.2"},
    {"QUICv1", PROTOCOL_QUIC, 0, "quic"},
};

enum { NUM_PROTOCOLS = sizeof(PROTOCOLS) / sizeof(PROTOCOLS[0]) };

const struct protocol *protocol_table(size_t *out_num) {
  *out_num = NUM_PROTOCOLS;
  return PROTOCOLS;
}

const struct protocol *protocol_find(const char *name) {
  for (size_t i = 0; i < NUM_PROTOCOLS; i++) {
    if (strcmp(PROTOCOLS[i].name, name) == 0) {
      return &PROTOCOLS[i];
    }
  }

  return NULL;
}

int protocol_before_tls12(const struct protocol *protocol) {
  /* DTLS counts downwards from DTLS 1.0, which is TLS 1.1. */
  return protocol->kind == PROTOCOL_TLS ? protocol->version < TLS1_2_VERSION
                                        : protocol->version == DTLS1_VERSION;
}
