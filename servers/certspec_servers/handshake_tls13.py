"""handshake_tls13 - the handshake of TLS 1.3 (RFC 8446); its PSKs and 0-RTT data are early_data,
what follows it is post_handshake."""

from . import client_messages
from .client_messages import RawPublicKey
from .early_data import EarlyData
from .encoding import extension, extensions_of, uint16, vector8, vector16
from .ending import Ending
from .handshake import Handshake
from .key_exchange import BadShare, ephemeral_key
from .key_schedule import KeySchedule
from .names import EXTENSIONS, GROUPS, HANDSHAKE_TYPES, RAW_PUBLIC_KEY
from .post_handshake import PostHandshake
from .records import Alert, HandshakeMessage
from .sessions import Session

# RFC 8446, section 4.1.3.
HELLO_RETRY_REQUEST_RANDOM = bytes.fromhex(
    "cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c"
)
TICKET_LENGTH = 32
TICKET_LIFETIME = 3600
CERTIFICATES = ("Certificate", "CompressedCertificate")
SIGNATURE_PREFIX = b" " * 64 + b"TLS 1.3, "


class HandshakeTls13(PostHandshake, EarlyData, Handshake):
    """One handshake of TLS 1.3 and what its keys carry afterwards."""

    def __init__(self, connection, kind):
        super().__init__(connection, kind)
        self.group = None
        self.shares = {}
        self.hello_raw = b""
        self.keys = None
        self.tickets_sent = 0

    def run(self, hello=None):
        """run - the whole handshake."""
        self.begin(hello)
        scenario = self.scenario
        self.session_id = self.client_hello.session_id
        self.choose_group()
        if scenario["hello_retry_request"] or self.group is None:
            self.retry()
        if self.client_hello.extension("pre_shared_key") is not None:
            self.choose_pre_shared_key()
        self.transcript.add(self.hello_raw)
        self.keys = KeySchedule(self.suite.prf, self.psk)
        self.answer_early_data()
        self.perform("resumed_flight" if self.psk else "flight", self.default_flight())
        self.read_client_flight()
        self.judge_client_flight()
        self.complete = True
        for _ in range(scenario["tickets"]):
            self.send("NewSessionTicket")

    def take_client_hello(self, message):
        """take_client_hello - also keeps its bytes: they enter the transcript when all that is
        computed from a part of them has been."""
        super().take_client_hello(message)
        self.hello_raw = message.raw

    def digest(self):
        """digest - Transcript-Hash of the messages so far."""
        return self.transcript.digest(self.suite.prf)

    # Parameters.

    def choose_group(self):
        """choose_group - the first of the script's groups that the client has sent a share of."""
        self.shares = self.client_hello.key_shares()
        self.group = next((group for group in self.groups() if group in self.shares), None)

    def retry_group(self):
        """retry_group - what a HelloRetryRequest asks for: the script's group, else one that the
        client supports without having sent a share, else any it supports."""
        named = self.scenario["hello_retry_request"]
        if isinstance(named, str):
            return GROUPS[named]
        supported = [group for group in self.groups() if group in self.client_hello.groups]
        unshared = [group for group in supported if group not in self.shares]
        if not supported:
            raise Ending("protocol", "no group in common", "handshake_failure")
        return (unshared or supported)[0]

    def retry(self):
        """retry - HelloRetryRequest and the second ClientHello."""
        group, cookie = self.retry_group(), self.scenario["hello_retry_request_cookie"]
        self.observed["hello_retry_request"] = True
        self.refuse_early_data()
        self.transcript.add(self.hello_raw)
        self.transcript.become_message_hash(self.suite.prf)
        extensions = extension(EXTENSIONS["supported_versions"], b"\3\4")
        extensions += extension(EXTENSIONS["key_share"], uint16(group))
        if cookie is not None:
            extensions += extension(EXTENSIONS["cookie"], vector16(bytes.fromhex(cookie)))
        body = self.hello_body(HELLO_RETRY_REQUEST_RANDOM, extensions)
        self.send_message(HANDSHAKE_TYPES["ServerHello"], body, "HelloRetryRequest")
        if self.wants_compatibility():
            self.send("ChangeCipherSpec")
        self.perform("after_hello_retry_request", [])
        self.take_client_hello(self.expect("ClientHello"))
        self.choose_group()
        if self.group is None:
            raise Ending("protocol", "still no key share to use", "illegal_parameter")

    def wants_compatibility(self):
        """wants_compatibility - whether the client is in middlebox compatibility mode (RFC 8446,
        appendix D.4)."""
        return bool(self.session_id)

    # The server's flight.

    def default_flight(self):
        """default_flight - RFC 8446, figure 1, with the ChangeCipherSpec of appendix D.4."""
        flight = ["ServerHello"]
        if self.wants_compatibility() and not self.observed["hello_retry_request"]:
            flight.append("ChangeCipherSpec")
        flight.append("EncryptedExtensions")
        if not self.psk:
            if self.scenario["request"]:
                flight.append("CertificateRequest")
            flight += ["Certificate", "CertificateVerify"]
        return flight + ["Finished"]

    def hello_body(self, random, extensions):
        """hello_body - body of ServerHello or HelloRetryRequest."""
        return (
            b"\3\3"
            + random
            + vector8(self.session_id)
            + uint16(self.suite.number)
            + b"\0"
            + vector16(extensions)
        )

    def server_hello(self, argument=None):
        """server_hello - with our share and the index of the PSK."""
        extensions = extension(EXTENSIONS["supported_versions"], b"\3\4")
        if self.ephemeral is None:
            self.ephemeral = ephemeral_key(self.group, self.random)
        share = uint16(self.group) + vector16(self.ephemeral.public)
        extensions += extension(EXTENSIONS["key_share"], share)
        if self.psk_index is not None:
            extensions += extension(EXTENSIONS["pre_shared_key"], uint16(self.psk_index))
        extensions += extensions_of(self.scenario["server_hello_extensions"])
        return self.hello_body(self.server_random, extensions)

    def message_sent(self, name):
        """message_sent - ServerHello and Finished bring new keys (section 7.3)."""
        keys = self.keys
        if name == "ServerHello" and keys.master is None:
            try:
                secret = self.ephemeral.shared(self.shares[self.group])
            except BadShare as error:
                raise Ending("protocol", f"key_share: {error}", "illegal_parameter") from None
            keys.shared_secret(secret, self.digest())
            self.layer.write_secret("handshake", self.suite, keys.server_handshake)
            self.read_after_server_hello()
        elif name == "Finished" and keys.master and keys.server_application is None:
            keys.server_finished(self.digest())
            self.layer.write_secret("application", self.suite, keys.server_application)
        elif name == "KeyUpdate" and keys.server_application:
            keys.server_application = keys.next_generation(keys.server_application)
            self.layer.write_secret("application", self.suite, keys.server_application)

    def signed_transcript(self, side):
        """signed_transcript - section 4.4.3."""
        return self.signed_digest(side, self.digest())

    def signed_digest(self, side, digest):
        """signed_digest - the same over a transcript hash that is given."""
        return SIGNATURE_PREFIX + side.encode() + b" CertificateVerify\0" + digest

    def finished(self, argument=None):
        """finished - zeros where the script sends it before ServerHello."""
        if self.keys.master is None:
            return bytes(self.keys.length)
        return self.keys.finished(self.keys.server_handshake, self.digest())

    def new_session_ticket(self, argument=None):
        """new_session_ticket - section 4.6.1; before the client's Finished there is no resumption
        secret, and the ticket cannot be used."""
        nonce = bytes((self.tickets_sent & 0xFF,))
        self.tickets_sent += 1
        ticket = self.new_secret_name(TICKET_LENGTH)
        if self.keys.resumption:
            session = Session(
                self.version.name,
                self.suite,
                self.keys.ticket_psk(nonce),
                max_early_data=self.scenario["max_early_data"],
            )
            self.connection.remember(ticket, session)
        age_add = self.random.bytes(4)
        lifetime = TICKET_LIFETIME.to_bytes(4, "big")
        extensions = vector16(self.ticket_extensions())
        return lifetime + age_add + vector8(nonce) + vector16(ticket) + extensions

    # The client's flight.

    def read_client_flight(self):
        """read_client_flight - up to the client's Finished; ChangeCipherSpec is read over."""
        requested = self.observed["requests_sent"] and not self.psk
        expected = [*CERTIFICATES, "Finished"] if requested else ["Finished"]
        if self.early_data_accepted:
            expected = ["EndOfEarlyData"]
        while not self.observed["finished"]:
            event = self.connection.receive()
            if isinstance(event, Alert):
                self.connection.end_on_close_notify(event)
            elif isinstance(event, HandshakeMessage):
                unwanted = event.name in CERTIFICATES and self.certificates is None
                unwanted = unwanted and "EndOfEarlyData" not in expected
                if event.name not in expected and not unwanted:
                    raise Ending("protocol", f"unexpected {event.name}", "unexpected_message")
                expected = self.take(event)

    def read_certificates(self, message):
        """read_certificates - (context, certificates) of a Certificate, compressed or not."""
        body = message.body
        if message.name == "CompressedCertificate":
            body = client_messages.decompressed(body, self.compression_algorithms)
        context, certificates = client_messages.certificate13(body)
        if self.client_certificate_type == RAW_PUBLIC_KEY:
            certificates = [RawPublicKey(info) for info in certificates]
        return context, certificates

    def take(self, message):
        """take - one message of the client's flight; the names of those that may follow."""
        if message.name == "EndOfEarlyData":
            self.end_early_data(message)
            return ["Finished"]

        if message.name in CERTIFICATES:
            context, certificates = self.read_certificates(message)
            self.observed["certificate_request_context"] = context.hex()
            self.take_certificates(certificates)
            self.transcript.add(message.raw)
            return ["CertificateVerify", "Finished"] if certificates else ["Finished"]

        if message.name == "CertificateVerify":
            scheme, signature = client_messages.certificate_verify(message.body, True)
            verdict, name = self.judge_signature(
                scheme, signature, self.signed_transcript("client"), self.certificates
            )
            self.observed["certificate_verify"] = verdict
            self.observed["certificate_verify_algorithm"] = name
            self.transcript.add(message.raw)
            return ["Finished"]

        if self.keys.client_application is None:
            raise Ending("protocol", "Finished before the server's", "unexpected_message")
        expected = self.keys.finished(self.keys.client_handshake, self.digest())
        self.observed["finished"] = "valid" if message.body == expected else "invalid"
        self.transcript.add(message.raw)
        self.keys.client_finished(self.digest())
        self.layer.read_secret("application", self.suite, self.keys.client_application)
        return []
