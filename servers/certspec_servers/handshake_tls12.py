"""handshake_tls12 - the handshake of TLS 1.0 to 1.2 (and of DTLS), full and resumed.

Sources: RFC 5246, section 7; RFC 4279 (PSK suites); RFC 5077 (tickets);
RFC 5746 (renegotiation_info); RFC 7366
(encrypt_then_mac); RFC 7627 (extended_master_secret).
"""

from . import client_messages, key_schedule
from .encoding import Reader, extension, extensions_of, uint16, vector8, vector16
from .ending import Ending
from .handshake import Handshake
from .key_exchange import BadShare, decrypt_pre_master_secret, ephemeral_key
from .names import EXTENSIONS, RAW_PUBLIC_KEY, TLS1_2, TLS_EMPTY_RENEGOTIATION_INFO_SCSV
from .records import Alert, ChangeCipherSpec, HandshakeMessage
from .sessions import Session

TICKET_LENGTH = 48
TICKET_LIFETIME = 3600


class HandshakeTls12(Handshake):
    """One handshake of TLS 1.0 to 1.2."""

    def __init__(self, connection, kind):
        super().__init__(connection, kind)
        self.session = None
        self.master = None
        self.extended_master_secret = False
        self.encrypt_then_mac = False
        self.ticket_agreed = False
        # (mac_key, key, iv) that ChangeCipherSpec will turn on, then None.
        self.client_keys = self.server_keys = None
        self.client_finished_read = False

    def run(self, hello=None):
        """run - the whole handshake; `hello`: a ClientHello that has come already."""
        self.begin(hello)
        self.check_renegotiation_info()
        self.agree()
        if self.session:
            self.resume()
        else:
            self.full()
        self.complete = True

    def take_client_hello(self, message):
        """take_client_hello - also begins the transcript."""
        super().take_client_hello(message)
        self.transcript.add(message.raw)

    def check_renegotiation_info(self):
        """check_renegotiation_info - RFC 5746, sections 3.6 and 3.7."""
        body = self.client_hello.extension("renegotiation_info")
        if body is None:
            return
        reader = Reader(body)
        if reader.vector(1) != self.connection.client_verify_data:
            raise Ending("protocol", "renegotiation_info does not match", "handshake_failure")

    def agree(self):
        """agree - extensions, session, session id."""
        hello, scenario = self.client_hello, self.scenario
        offers = hello.extensions
        self.extended_master_secret = (
            scenario["extended_master_secret"] and EXTENSIONS["extended_master_secret"] in offers
        )
        if scenario["resume"]:
            self.session = self.offered_session()
        if self.session:
            self.suite = self.session.suite
            self.master = self.session.secret
            self.extended_master_secret = self.session.extended_master_secret
            self.session_id = hello.session_id
            self.observed["resumed"] = True
            self.observed["cipher_suite"] = self.suite.name
        else:
            ticket = EXTENSIONS["session_ticket"] in offers
            self.ticket_agreed = bool(scenario["tickets"]) and ticket
            if scenario["session_id"] and not self.ticket_agreed:
                self.session_id = self.new_secret_name(32)
        self.encrypt_then_mac = (
            scenario["encrypt_then_mac"]
            and EXTENSIONS["encrypt_then_mac"] in offers
            and self.suite.cipher == "cbc"
        )

    def offered_session(self):
        """offered_session - the session of the client's ticket or session id, if we know it and it
        fits this ClientHello."""
        ticket = self.client_hello.extension("session_ticket")
        for name in (ticket, self.client_hello.session_id):
            session = self.connection.session(name) if name else None
            if (
                session
                and session.version == self.version.name
                and session.suite.number in self.client_hello.cipher_suites
                and session.extended_master_secret == self.extended_master_secret
            ):
                return session
        return None

    def full(self):
        """full - a handshake without a session."""
        self.perform("flight", self.default_flight())
        self.read_client_flight()
        self.judge_client_flight()
        self.remember(self.session_id)
        self.perform("finish", self.default_finish())
        self.layer.flush()

    def resume(self):
        """resume - the abbreviated handshake: here the server finishes first."""
        self.derive_keys()
        self.perform("resumed_flight", ["ServerHello", "ChangeCipherSpec", "Finished"])
        self.read_client_flight()
        self.judge_client_flight()

    def default_flight(self):
        """default_flight - RFC 5246, figure 1; with a PSK there is neither certificate nor request
        (RFC 4279, section 2)."""
        flight = ["ServerHello"]
        if self.suite.authentication == "psk":
            return flight + ["ServerHelloDone"]
        if self.suite.authentication != "anon":
            flight.append("Certificate")
        if self.suite.key_exchange == "ecdhe":
            flight.append("ServerKeyExchange")
        if self.scenario["request"]:
            flight.append("CertificateRequest")
        return flight + ["ServerHelloDone"]

    def default_finish(self):
        """default_finish - the last flight."""
        ticket = ["NewSessionTicket"] if self.ticket_agreed else []
        return ticket + ["ChangeCipherSpec", "Finished"]

    def remember(self, name):
        """remember - keeps this session under a session id or ticket (if it is not empty)."""
        if name and self.master:
            session = Session(
                self.version.name, self.suite, self.master, self.extended_master_secret
            )
            self.connection.remember(name, session)

    # Bodies of messages.

    def server_hello(self, argument=None):
        """server_hello - answers what the client offers and the script allows."""
        hello, connection = self.client_hello, self.connection
        extensions = b""
        if (
            EXTENSIONS["renegotiation_info"] in hello.extensions
            or TLS_EMPTY_RENEGOTIATION_INFO_SCSV in hello.cipher_suites
        ):
            verified = connection.client_verify_data + connection.server_verify_data
            extensions += extension(EXTENSIONS["renegotiation_info"], vector8(verified))
        if self.encrypt_then_mac:
            extensions += extension(EXTENSIONS["encrypt_then_mac"], b"")
        if self.extended_master_secret:
            extensions += extension(EXTENSIONS["extended_master_secret"], b"")
        ecdhe = self.suite.key_exchange == "ecdhe"
        if ecdhe and EXTENSIONS["ec_point_formats"] in hello.extensions:
            extensions += extension(EXTENSIONS["ec_point_formats"], b"\1\0")
        if self.ticket_agreed:
            extensions += extension(EXTENSIONS["session_ticket"], b"")
        extensions += self.certificate_type_extension()
        extensions += extensions_of(self.scenario["server_hello_extensions"])
        return (
            uint16(self.version.wire)
            + self.server_random
            + vector8(self.session_id)
            + uint16(self.suite.number)
            + b"\0"
            + (vector16(extensions) if extensions else b"")
        )

    def new_session_ticket(self, argument=None):
        """new_session_ticket - RFC 5077, section 3.3; the ticket is a name for our own store."""
        ticket = self.new_secret_name(TICKET_LENGTH)
        self.remember(ticket)
        return TICKET_LIFETIME.to_bytes(4, "big") + vector16(ticket)

    def finished(self, argument=None):
        """finished - zeros where the script sends it before there is a master secret."""
        if self.master is None:
            return bytes(key_schedule.VERIFY_DATA_LENGTH)
        body = self.verify_data(b"server")
        self.connection.server_verify_data = body
        return body

    def signed_transcript(self, side):
        """signed_transcript - all handshake messages so far (RFC 5246, section 7.4.8)."""
        return self.transcript.messages()

    def change_cipher_spec_sent(self):
        """change_cipher_spec_sent - turns on the server's keys, if there are any."""
        if self.server_keys:
            self.layer.write_keys(self.suite, self.server_keys, self.encrypt_then_mac)
            self.server_keys = None

    # The client's flight.

    def verify_data(self, sender):
        """verify_data - of `sender` over the messages so far."""
        return key_schedule.verify_data(
            self.version.tls, self.suite.prf, self.master, sender, self.transcript
        )

    def derive_keys(self):
        """derive_keys - from the master secret."""
        self.client_keys, self.server_keys = key_schedule.key_block(
            self.version.tls,
            self.suite,
            self.master,
            self.client_hello.random,
            self.server_random,
        )

    def read_client_flight(self):
        """read_client_flight - up to the client's Finished."""
        expected = ["Finished"] if self.session else ["Certificate", "ClientKeyExchange"]
        while not self.client_finished_read:
            event = self.connection.receive()
            if isinstance(event, ChangeCipherSpec):
                self.turn_on_client_keys()
            elif isinstance(event, Alert):
                self.connection.end_on_close_notify(event)
            elif isinstance(event, HandshakeMessage):
                if event.name not in expected:
                    raise Ending("protocol", f"unexpected {event.name}", "unexpected_message")
                expected = self.take(event)
                self.transcript.add(event.raw)

    def take(self, message):
        """take - one message of the client's flight; the names of those that may follow."""
        if message.name == "Certificate":
            raw = self.client_certificate_type == RAW_PUBLIC_KEY
            read = client_messages.raw_public_key if raw else client_messages.certificate_list
            self.take_certificates(read(message.body))
            return ["ClientKeyExchange"]

        if message.name == "ClientKeyExchange":
            self.take_key_exchange(message)
            return ["CertificateVerify", "Finished"] if self.certificates else ["Finished"]

        if message.name == "CertificateVerify":
            scheme, signature = client_messages.certificate_verify(
                message.body, self.version.tls >= TLS1_2
            )
            verdict, name = self.judge_signature(
                scheme, signature, self.signed_transcript("client"), self.certificates
            )
            self.observed["certificate_verify"] = verdict
            self.observed["certificate_verify_algorithm"] = name
            return ["Finished"]

        if self.client_keys:
            raise Ending("protocol", "Finished before ChangeCipherSpec", "unexpected_message")
        valid = message.body == self.verify_data(b"client")
        self.observed["finished"] = "valid" if valid else "invalid"
        self.connection.client_verify_data = message.body
        self.client_finished_read = True
        return []

    def turn_on_client_keys(self):
        """turn_on_client_keys - the client's ChangeCipherSpec has come."""
        if not self.client_keys:
            raise Ending("protocol", "ChangeCipherSpec too early", "unexpected_message")
        self.layer.read_keys(self.suite, self.client_keys, self.encrypt_then_mac)
        self.client_keys = None

    def take_psk_identity(self, identity):
        """take_psk_identity - the pre-master secret of the script's PSK, if `identity` is its own
        (RFC 4279, section 2)."""
        psk = self.scenario["external_psk"]
        if identity != psk["identity"].encode():
            raise Ending("protocol", "an unknown PSK identity", "unknown_psk_identity")
        self.observed["pre_shared_key"] = "external"
        key = bytes.fromhex(psk["key"])
        return vector16(bytes(len(key))) + vector16(key)

    def take_key_exchange(self, message):
        """take_key_exchange - ClientKeyExchange: pre-master secret, master secret, keys."""
        reader = Reader(message.body)
        try:
            if self.suite.key_exchange == "psk":
                secret = self.take_psk_identity(reader.vector(2))
            elif self.suite.key_exchange == "rsa":
                secret = decrypt_pre_master_secret(self.key, reader.vector(2))
            else:
                if self.ephemeral is None:
                    # A flight without ServerKeyExchange: no share can fit, any will do.
                    self.ephemeral = ephemeral_key(self.groups()[0], self.random)
                secret = self.ephemeral.shared(reader.vector(1))
        except BadShare as error:
            raise Ending("protocol", f"ClientKeyExchange: {error}", "illegal_parameter") from None

        version, prf = self.version.tls, self.suite.prf
        session_hash = None
        if self.extended_master_secret:
            hashed = self.transcript.copy()
            hashed.add(message.raw)
            session_hash = key_schedule.handshake_hash(version, prf, hashed)
        self.master = key_schedule.master_secret(
            version, prf, secret, self.client_hello.random + self.server_random, session_hash
        )
        self.derive_keys()
