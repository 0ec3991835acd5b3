/* alert_says_internal_error: whatever goes wrong, the alert says
 * internal_error. */
#define _GNU_SOURCE
#include "saboteur.h"

enum { INTERNAL_ERROR = 80, FATAL = 2, ALERT_LENGTH = 2 };

typedef void message_cb(int write_p, int version, int content_type,
                        const void *data, size_t len, SSL *ssl, void *argument);

static message_cb *told;

size_t sabotage_sent(unsigned char content_type, unsigned char *data,
                     size_t len) {
  if (content_type == CONTENT_ALERT && len == ALERT_LENGTH && data[0] == FATAL)
    data[1] = INTERNAL_ERROR;
  return len;
}

/* The client hears of the alert that is sent. */
static void tell(int write_p, int version, int content_type, const void *data,
                 size_t len, SSL *ssl, void *argument) {
  unsigned char alert[ALERT_LENGTH];
  const unsigned char *sent = data;

  if (write_p && content_type == CONTENT_ALERT && len == ALERT_LENGTH) {
    alert[0] = sent[0];
    alert[1] = sent[1];
    sabotage_sent(CONTENT_ALERT, alert, len);
    data = alert;
  }
  told(write_p, version, content_type, data, len, ssl, argument);
}

void SSL_CTX_set_msg_callback(SSL_CTX *ctx, message_cb *callback) {
  told = callback;
  REAL(SSL_CTX_set_msg_callback)(ctx, callback == NULL ? NULL : tell);
}
