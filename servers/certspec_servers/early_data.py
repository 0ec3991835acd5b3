"""early_data - what a TLS 1.3 client can offer before it knows anything of the server: pre-shared
keys, of tickets or from outside, and 0-RTT data (RFC 8446, sections 2.2, 2.3 and 4.2.10)."""

from .encoding import extension, uint32
from .ending import Ending
from .key_schedule import KeySchedule
from .names import EXTENSIONS
from .sessions import Session

# Bytes of refused 0-RTT data that are read over where the script names no limit.
SKIPPED_AT_MOST = 1 << 16
KEPT_TEXT = 256


class EarlyData:
    """The part of HandshakeTls13 that comes before its ServerHello, and what follows from it."""

    def __init__(self, connection, kind):
        super().__init__(connection, kind)
        self.psk = b""
        self.psk_index = None
        self.max_early_data = 0
        self.early_data_accepted = False
        self._early = b""
        self._received = 0

    # Pre-shared keys.

    def external_session(self, identity):
        """external_session - the script's PSK from outside as a Session, if it has this identity
        and the suite's hash."""
        script = self.scenario["external_psk"]
        if script is None or script["identity"].encode() != identity:
            return None
        if script.get("hash", "sha256") != self.suite.prf:
            return None
        key, limit = bytes.fromhex(script["key"]), self.scenario["max_early_data"]
        return Session(self.version.name, self.suite, key, max_early_data=limit)

    def ticket_session(self, identity):
        """ticket_session - the session of a ticket of ours for the suite's hash, if it may be
        resumed."""
        session = self.connection.session(identity) if self.scenario["resume"] else None
        if session is None or session.version != self.version.name:
            return None
        return session if session.suite.prf == self.suite.prf else None

    def choose_pre_shared_key(self):
        """choose_pre_shared_key - the first identity that is known; its binder is judged."""
        identities, binders, tail = self.client_hello.pre_shared_keys()
        for index, identity in enumerate(identities):
            external = self.external_session(identity)
            session = external or self.ticket_session(identity)
            if session is not None:
                self.take_pre_shared_key(index, session, external is not None)
                self.judge_binder(binders[index], tail, external is not None)
                return

    def take_pre_shared_key(self, index, session, external):
        """take_pre_shared_key - from here on, this is what the handshake rests upon."""
        self.psk, self.psk_index = session.secret, index
        self.observed["resumed"] = not external
        self.observed["pre_shared_key"] = "external" if external else "resumption"
        if index == 0 and session.suite == self.suite:
            self.max_early_data = session.max_early_data

    def judge_binder(self, binder, tail, external):
        """judge_binder - `tail`: bytes from the binders' list to the end of the ClientHello."""
        truncated = self.transcript.copy()
        truncated.add(self.hello_raw[:-tail])
        expected = KeySchedule(self.suite.prf, self.psk).binder(
            truncated.digest(self.suite.prf), external
        )
        self.observed["binder"] = "valid" if binder == expected else "invalid"
        if binder != expected:
            raise Ending("protocol", "the PSK binder is not valid", "decrypt_error")

    # 0-RTT data.

    def offers_early_data(self):
        """offers_early_data - whether the ClientHello has that extension."""
        return self.client_hello.extension("early_data") is not None

    def refuse_early_data(self):
        """refuse_early_data - also what a HelloRetryRequest does: what is there of it is read over
        from here on."""
        if self.offers_early_data():
            self.observed["early_data"] = "refused"
            self.layer.skip_early_data(self.scenario["max_early_data"] or SKIPPED_AT_MOST)

    def answer_early_data(self):
        """answer_early_data - accepts it where script and PSK allow it, and makes its key. The
        transcript ends with the ClientHello."""
        self.early_data_accepted = (
            self.offers_early_data()
            and self.scenario["early_data"] == "accept"
            and self.max_early_data > 0
            and not self.observed["hello_retry_request"]
            and not self.version.quic
        )
        if self.early_data_accepted:
            self.observed["early_data"] = "accepted"
            self.keys.client_hello(self.digest())
        else:
            self.refuse_early_data()

    def early_data_extension(self):
        """early_data_extension - for EncryptedExtensions."""
        return extension(EXTENSIONS["early_data"], b"") if self.early_data_accepted else b""

    def ticket_extensions(self):
        """ticket_extensions - early_data with max_early_data_size, where the script allows any."""
        limit = self.scenario["max_early_data"]
        return extension(EXTENSIONS["early_data"], uint32(limit)) if limit else b""

    def read_after_server_hello(self):
        """read_after_server_hello - the client's next records are 0-RTT data, or its flight."""
        if self.early_data_accepted:
            self.layer.read_secret("early", self.suite, self.keys.client_early)
        else:
            self.layer.read_secret("handshake", self.suite, self.keys.client_handshake)

    def take_early_data(self, data):
        """take_early_data - before EndOfEarlyData, application data is that."""
        if not self.early_data_accepted:
            return False
        self._received += len(data)
        if self._received > self.max_early_data:
            raise Ending("protocol", "more 0-RTT data than allowed", "unexpected_message")
        self._early = (self._early + data)[:KEPT_TEXT]
        self.observed["early_application_data"] = self._early.decode("utf-8", "replace")
        return True

    def end_early_data(self, message):
        """end_early_data - EndOfEarlyData: the client's flight follows (section 4.5)."""
        self.early_data_accepted = False
        self.transcript.add(message.raw)
        self.layer.read_secret("handshake", self.suite, self.keys.client_handshake)
