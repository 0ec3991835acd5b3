#include "subject_verify.h"

int subject_retry_verify(SSL *ssl) {
#ifdef SSL_CTRL_SET_RETRY_VERIFY
  return SSL_ctrl(ssl, SSL_CTRL_SET_RETRY_VERIFY, 0, NULL) > 0;
#else
  (void)ssl;
  return 0;
#endif
}
