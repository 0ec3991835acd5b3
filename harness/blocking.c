#include "blocking.h"

#include "datagrams.h"
#include "event.h"
#include "subject_quic.h"

int blocking_again(const struct client_ssl *object, int value) {
  struct transport *transport = object->transport;
  double seconds;
  if (transport == NULL || object->context->io != TRANSPORT_BLOCKING ||
      !subject_is_quic(object->ssl)) {
    return 0;
  }

  int error = SSL_get_error(object->ssl, value);
  if (error != SSL_ERROR_WANT_READ && error != SSL_ERROR_WANT_WRITE) {
    return 0;
  }

  double now = event_now();
  if (now >= transport->deadline) {
    transport->timed_out = 1;
    return 0;
  }

  double until = transport->deadline;
  if (subject_event_timeout(object->ssl, &seconds) && now + seconds < until) {
    until = now + seconds;
  }
  datagrams_wait_until(transport, until);
  return 1;
}
