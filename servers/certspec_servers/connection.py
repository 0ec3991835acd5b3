"""connection - one client's connection, played by its scenario from the first byte to the last."""

import contextlib
import time
import traceback

from .datagrams import DatagramTransport
from .dtls_records import DtlsRecords
from .encoding import DecodeError
from .ending import Ending, Idle
from .handshake_dtls import HandshakeDtls
from .handshake_tls12 import HandshakeTls12
from .handshake_tls13 import HandshakeTls13
from .names import ALERT_LEVELS, ALERTS, TLS1_3, VERSIONS, alert_text
from .observation import Observation
from .ops import perform
from .quic_records import QuicRecords
from .randomness import SeededRandom
from .records import Alert, ApplicationData, HandshakeMessage, StreamRecords
from .scenario import ScenarioError
from .transport import StreamTransport

CLOSE_NOTIFY = ALERTS["close_notify"]
# Seconds that the last words may take beyond the linger time.
LAST_WORDS = 0.5
FATAL, WARNING = ALERT_LEVELS["fatal"], ALERT_LEVELS["warning"]
# RFC 8446, section 6: in TLS 1.3 every other alert is fatal, whatever its level says.
HARMLESS_IN_TLS13 = (CLOSE_NOTIFY, ALERTS["user_canceled"])


def stream_layer(version, connection, deadline, random, log, scenario):
    """stream_layer - TLS over a connected stream socket."""
    transport = StreamTransport(connection, deadline)
    return StreamRecords(transport, version, random, log, scenario["fragment"])


def dtls_layer(version, connection, deadline, random, log, scenario):
    """dtls_layer - DTLS over a connected datagram socket."""
    transport = DatagramTransport(connection, deadline)
    return DtlsRecords(transport, version, random, log, scenario)


def quic_layer(version, connection, deadline, random, log, scenario):
    """quic_layer - QUIC over a connected datagram socket."""
    transport = DatagramTransport(connection, deadline)
    return QuicRecords(transport, version, random, log, scenario)


# Scenario version to the function that makes its record layer, and its handshake.
LAYERS = {
    "TLSv1": (stream_layer, HandshakeTls12),
    "TLSv1.1": (stream_layer, HandshakeTls12),
    "TLSv1.2": (stream_layer, HandshakeTls12),
    "TLSv1.3": (stream_layer, HandshakeTls13),
    "DTLSv1": (dtls_layer, HandshakeDtls),
    "DTLSv1.2": (dtls_layer, HandshakeDtls),
    "QUICv1": (quic_layer, HandshakeTls13),
}


def require_layer(scenario):
    """require_layer - ScenarioError if a checked scenario's version has no record layer yet."""
    if scenario["version"] not in LAYERS:
        raise ScenarioError("version", f"{scenario['version']} is not served yet")


class Connection:
    """A connected socket (closed at the end), a checked scenario, and what comes of them."""

    def __init__(self, socket, scenario, pki, sessions, deadline):
        """`sessions`: SessionStores; `deadline`: a time.monotonic() moment."""
        self.scenario = scenario
        self.version = VERSIONS[scenario["version"]]
        self.pki = pki
        self.random = SeededRandom(scenario["seed"])
        self.observation = Observation()
        self.handshake = None
        # verify_data of the latest Finished of each side, for renegotiation_info.
        self.client_verify_data = self.server_verify_data = b""
        self.close_notify_sent = self.close_notify_received = False
        self.abort = False
        self._sessions = sessions
        # Whether the client's end of file now would leave something unfinished.
        self._unfinished = False
        make_layer, self._handshake_class = LAYERS[scenario["version"]]
        self.layer = make_layer(
            self.version, socket, deadline, self.random, self.observation.log, scenario
        )

    def play(self):
        """play - all of it; gives back the observation as a dict. Never raises."""
        try:
            ending = self._caught(self._script)
            if not self.abort and ending.end not in ("eof", "reset", "server-bug"):
                ending = self._linger(ending)
        finally:
            self.layer.transport.close()
            # It knows this connection: a cycle would outlive it.
            self.handshake = None
        self.observation.end = ending.end
        self.observation.detail = ending.detail
        return self.observation.as_dict()

    @staticmethod
    def _caught(function, *arguments):
        """_caught - calls a function; how it ended, as an Ending."""
        try:
            function(*arguments)
            return Ending("ok")
        except Ending as ending:
            # What it came by holds the frames of all that was called, and they hold it.
            ending.__context__ = None
            return ending.with_traceback(None)
        except DecodeError as error:
            return Ending("decode", str(error), "decode_error")
        except Exception:
            # A fault of ours must not look like a finding about the client.
            return Ending("server-bug", traceback.format_exc(limit=-8))

    def _script(self):
        """_script - handshake and `after`."""
        self.shake_hands("initial")
        try:
            self.perform(self.scenario["after"])
            self.layer.flush()
        except Ending as ending:
            if ending.end not in ("eof", "reset") or self._unfinished:
                raise
            raise Ending("ok", ending.detail) from None
        self.layer.finish()

    def _say_last_words(self, ending):
        """_say_last_words - the alert that is owed, and end of file after anything but success."""
        if ending.end in ("eof", "reset"):
            return
        if ending.alert is not None:
            self.send_alert(FATAL, ALERTS.get(ending.alert, ending.alert))
        if ending.end != "ok":
            self.layer.flush()
            self.layer.transport.half_close()

    def _linger(self, ending):
        """_linger - says what is left to say, and reads on until the client closes; how the
        connection ended after all."""
        until = time.monotonic() + self.scenario["linger"]
        self.layer.transport.deadline = until + LAST_WORDS
        said = self._caught(self._say_last_words, ending)
        fine = ending.end == "ok"
        last = self._caught(self._read_last_words, until, fine)
        for bug in (said, last):
            if bug.end == "server-bug":
                return bug
        if not fine or last.end == "ok" or last.end in ("eof", "reset") and not self._unfinished:
            return ending
        self._caught(self._say_last_words, last)
        return last

    def _read_last_words(self, until, fine):
        """_read_last_words - up to the client's end of file, or to `until`."""
        try:
            while True:
                event = self.receive(until)
                if fine:
                    self.take_event(event)
                    if self.close_notify_received and not self.close_notify_sent:
                        self.send_alert(WARNING, CLOSE_NOTIFY)
                        self.layer.flush()
                        self.layer.transport.half_close()
        except Idle:
            pass

    # For handshakes and ops.

    def perform(self, script):
        """perform - a list of ops."""
        for op in script:
            perform(self, op)

    def shake_hands(self, kind, hello=None):
        """shake_hands - a handshake: `kind` "initial" or "renegotiation"; `hello`: a ClientHello
        that has come already."""
        with self.awaiting():
            self.layer.start_handshake()
            self.handshake = self._handshake_class(self, kind)
            self.handshake.run(hello)
            self.layer.handshake_complete()

    def renegotiate(self, changes, hello):
        """renegotiate - another handshake after the ClientHello `hello`, with `changes` to the
        scenario. A session is resumed in it only if the changes say so."""
        before = self.scenario
        self.scenario = {**before, "resume": False, **changes}
        self.shake_hands("renegotiation", hello)
        self.scenario = before

    @contextlib.contextmanager
    def awaiting(self):
        """awaiting - the client's end of file in here leaves something unfinished."""
        before, self._unfinished = self._unfinished, True
        yield
        # Not reached by an exception: what it leaves behind is unfinished.
        self._unfinished = before

    def session(self, name):
        """session - the session under a session id or ticket in this scenario's store, or None."""
        return self._sessions.get(self.scenario["store"], name)

    def unused_name(self, name, offered):
        """unused_name - `name`, or another where this scenario's store has it or it is `offered`:
        SessionStores.unused."""
        return self._sessions.unused(self.scenario["store"], name, offered)

    def remember(self, name, session):
        """remember - keeps a session under a session id or ticket."""
        self._sessions.put(self.scenario["store"], name, session)

    def log_sent(self, message, length, detail=""):
        """log_sent - notes what is on its way."""
        self.observation.log("sent", message, length, detail)

    def send_alert(self, level, description):
        """send_alert - an alert by numbers."""
        self.layer.send_alert(level, description)
        self.log_sent("Alert", 2, alert_text(level, description))
        if description == CLOSE_NOTIFY:
            self.close_notify_sent = True

    def receive(self, until=None):
        """receive - the client's next event, noted. Its fatal alert is an Ending."""
        event = self.layer.receive(until)
        if isinstance(event, HandshakeMessage):
            self.observation.messages.append(event.name)
            self.handshake.observed["messages"].append(event.name)
        elif isinstance(event, ApplicationData):
            if not self.handshake.take_early_data(event.data):
                self.observation.received_data(event.data)
        elif isinstance(event, Alert):
            text = alert_text(event.level, event.description)
            self.observation.alerts.append(text)
            self.close_notify_received |= event.description == CLOSE_NOTIFY
            modern = self.version.tls >= TLS1_3 and event.description not in HARMLESS_IN_TLS13
            if event.level == FATAL or modern:
                raise Ending("alert", f"the client says {text}")
        return event

    def end_on_close_notify(self, event):
        """end_on_close_notify - a close_notify where the client owes something is an Ending."""
        if isinstance(event, Alert) and event.description == CLOSE_NOTIFY:
            raise Ending("alert", "the client says close_notify")

    def read_on(self, timeout, done):
        """read_on - takes what comes until `done(event)`, the client's close_notify, or `timeout`
        seconds without either."""
        until = time.monotonic() + timeout
        try:
            while not self.close_notify_received:
                event = self.receive(until)
                self.take_event(event)
                if done(event):
                    return
        except Idle:
            pass

    def take_event(self, event):
        """take_event - what a server does by itself about an event after the handshake."""
        if not isinstance(event, HandshakeMessage):
            return
        if self.version.tls >= TLS1_3:
            with self.awaiting():
                self.handshake.take_post_handshake(event)
            return
        if event.name != "ClientHello":
            raise Ending("protocol", f"{event.name} after the handshake", "unexpected_message")

        answer = self.scenario["client_renegotiation"]
        if answer == "refuse":
            self.send_alert(WARNING, ALERTS["no_renegotiation"])
        elif answer != "ignore":
            self.renegotiate(answer if isinstance(answer, dict) else {}, event)
