/* post_handshake_auth_not_offered: SSL_CTX_set_post_handshake_auth is not kept.
 */
#define _GNU_SOURCE
#include "saboteur.h"

void SSL_CTX_set_post_handshake_auth(SSL_CTX *ctx, int value) {
  (void)ctx;
  (void)value;
}
