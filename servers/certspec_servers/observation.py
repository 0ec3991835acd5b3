"""observation - what the server has seen of one connection, as the harness gets it."""

import collections
import time

# An array in JSON. `t`: microseconds of CLOCK_MONOTONIC.
LogLine = collections.namedtuple("LogLine", "t kind direction message length detail")

OF_A_HANDSHAKE = (
    "version",
    "cipher_suite",
    "resumed",
    "certificate_message",
    "certificates",
    "certificate_verify",
    "certificate_verify_algorithm",
    "finished",
    "certificate_request_context",
    "certificate_authorities",
)


def handshake_observation(kind):
    """handshake_observation - one item of `handshakes`, nothing seen yet."""
    return {
        "kind": kind,
        "version": None,
        "cipher_suite": None,
        "resumed": False,
        "hello_retry_request": False,
        "pre_shared_key": None,
        "binder": None,
        "early_data": None,
        "early_application_data": "",
        "client_hello": None,
        "certificate_message": False,
        "certificates": None,
        "certificate_verify": None,
        "certificate_verify_algorithm": None,
        "finished": None,
        "certificate_request_context": None,
        "certificate_authorities": None,
        "messages": [],
        "requests_sent": 0,
    }


class Observation:
    """Collects; `as_dict` gives the object of servers/README.md."""

    APPLICATION_DATA = 256

    def __init__(self):
        self.started = time.monotonic()
        self.end = "ok"
        self.detail = ""
        self.handshakes = []
        self.post_handshake = []
        self.messages = []
        self.alerts = []
        self.requests_sent = 0
        self.certificate_authorities = None
        self.application_data = b""
        self._log = []

    def log(self, direction, message, length, detail=""):
        """log - one line of the log: "sent" or "received", what, bytes of its body, words."""
        moment = time.monotonic_ns() // 1000
        self._log.append(LogLine(moment, "message", direction, message, length, detail))

    def begin_handshake(self, kind):
        """begin_handshake - a new item of `handshakes`, given back to be filled in."""
        handshake = handshake_observation(kind)
        self.handshakes.append(handshake)
        return handshake

    def received_data(self, data):
        """received_data - application data; its first bytes are kept."""
        room = self.APPLICATION_DATA - len(self.application_data)
        if room > 0:
            self.application_data += data[:room]

    def as_dict(self):
        """as_dict - all of it, ready for JSON."""
        last = self.handshakes[-1] if self.handshakes else handshake_observation("initial")
        observed = {"end": self.end, "detail": self.detail}
        observed.update((name, last[name]) for name in OF_A_HANDSHAKE)
        observed.update(
            certificate_authorities=self.certificate_authorities,
            messages=self.messages,
            requests_sent=self.requests_sent,
            alerts=self.alerts,
            handshakes=self.handshakes,
            post_handshake=self.post_handshake,
            application_data=self.application_data.decode("utf-8", "replace"),
            log=self._log,
            milliseconds=round((time.monotonic() - self.started) * 1000, 3),
        )
        return observed
