"""handshake - what every version's handshake shares: the ClientHello, the choice of parameters, and
the messages that a script can send at any place, right or wrong."""

from .certificate_request import (
    authorities_of,
    build,
    compression_algorithms_of,
    observed_authorities,
)
from .client_messages import ClientHello
from .encoding import Reader, extension, extensions_of, uint16, vector8, vector16, vector24
from .ending import Ending
from .key_exchange import ephemeral_key
from .key_schedule import Transcript
from .names import (
    CERTIFICATE_KINDS,
    CIPHER_SUITES,
    EXTENSIONS,
    GROUPS,
    HANDSHAKE_TYPES,
    SIGNATURE_SCHEME_NAMES,
    TLS1_2,
    TLS1_3,
    name_of,
)
from .records import HandshakeMessage
from .signatures import choose_scheme, kind_of, sign, verify

# OCSPResponse with responseStatus tryLater (RFC 6960): the shortest that is one.
OCSP_TRY_LATER = bytes.fromhex("30030a0103")


class Handshake:
    """One handshake of a connection. Subclasses bring `run`, the first flight's default, and the
    messages that differ between versions."""

    def __init__(self, connection, kind):
        self.connection = connection
        self.layer = connection.layer
        self.pki = connection.pki
        self.random = connection.random
        self.scenario = connection.scenario
        self.version = connection.version
        self.observed = connection.observation.begin_handshake(kind)
        self.transcript = Transcript()
        self.complete = False
        self.client_hello = None
        self.suite = None
        self.session_id = b""
        self.server_random = b""
        self.ephemeral = None
        self.certificates = None
        self.client_certificate_type = CERTIFICATE_KINDS["X509"]
        self.compression_algorithms = ()

    # The client's first message.

    def expect(self, name):
        """expect - the next handshake message, which must be called `name`; application data and
        warnings are read over."""
        while True:
            event = self.connection.receive()
            if not isinstance(event, HandshakeMessage):
                continue
            if event.name == name:
                return event
            raise Ending("protocol", f"{event.name} instead of {name}", "unexpected_message")

    def take_client_hello(self, message):
        """take_client_hello - reads it, and fails where it cannot lead to this version."""
        self.client_hello = hello = self.read_client_hello(message)
        self.observed["client_hello"] = hello.observed()
        if not hello.offers_version(self.version):
            raise Ending(
                "protocol", f"the client does not offer {self.version.name}", "protocol_version"
            )

    def read_client_hello(self, message):
        """read_client_hello - the ClientHello that a message is."""
        return ClientHello(message.body, self.version.datagram and not self.version.quic)

    def begin(self, hello):
        """begin - the ClientHello (given, or still to come), the suite, the server's random."""
        self.take_client_hello(hello or self.expect("ClientHello"))
        self.suite = self.choose_suite()
        self.server_random = self.random.bytes(32)
        self.observed["version"] = self.version.name
        self.observed["cipher_suite"] = self.suite.name

    @property
    def key(self):
        """key - the server's private key."""
        return self.pki.key(self.scenario["certificate"])

    def choose_suite(self):
        """choose_suite - the first of the script's cipher suites that the client offers and that
        suits version and certificate, or the PSK from outside."""
        key = kind_of(self.key)
        authentications = ["rsa" if key == "rsa" else "ecdsa", "anon", ""]
        if self.scenario["external_psk"] is not None:
            authentications.append("psk")
        offered = self.client_hello.cipher_suites
        for name in self.scenario["cipher_suites"]:
            suite = CIPHER_SUITES[name]
            if (
                suite.number in offered
                and suite.lowest <= self.version.tls <= suite.highest
                and suite.authentication in authentications
            ):
                return suite
        raise Ending("protocol", "no cipher suite in common", "handshake_failure")

    def groups(self):
        """groups - the script's groups as numbers."""
        return [GROUPS[name] for name in self.scenario["groups"]]

    def perform(self, key, default):
        """perform - the ops of the scenario's `key`, or `default` where it has none."""
        script = self.scenario[key]
        self.connection.perform(default if script is None else script)

    # What is sent.

    def send(self, name, argument=None):
        """send - the message `name` as the script's versions and keys make it."""
        if name == "ChangeCipherSpec":
            self.layer.send_change_cipher_spec()
            self.connection.log_sent(name, 1)
            self.change_cipher_spec_sent()
            return

        self.send_message(HANDSHAKE_TYPES[name], getattr(self, BODIES[name])(argument), name)
        if name in ("ServerHello", "Finished", "KeyUpdate"):
            self.message_sent(name)

    def send_message(self, number, body, name, in_transcript=None):
        """send_message - any handshake message; HelloRequest is in no transcript (RFC 5246,
        section 7.4.1.1), nor HelloVerifyRequest (RFC 6347, section 4.2.1), nor anything after the
        handshake."""
        raw = self.layer.send_handshake(number, body)
        self.connection.log_sent(name, len(body))
        if in_transcript is None:
            in_transcript = name not in ("HelloRequest", "HelloVerifyRequest")
        if in_transcript and not self.complete:
            self.transcript.add(raw)
        return raw

    def change_cipher_spec_sent(self):
        """change_cipher_spec_sent - for versions in which it changes keys."""

    def message_sent(self, name):
        """message_sent - for messages after which keys change."""

    def hello_verify_request(self, argument=None):
        """hello_verify_request - body of HelloVerifyRequest: empty where there are no cookies."""
        return b""

    def server_hello(self, argument=None):
        """server_hello - body of ServerHello."""
        raise NotImplementedError

    def finished(self, argument=None):
        """finished - body of Finished."""
        raise NotImplementedError

    def new_session_ticket(self, argument=None):
        """new_session_ticket - body of NewSessionTicket."""
        raise NotImplementedError

    def signed_transcript(self, side):
        """signed_transcript - what a CertificateVerify of "client" or "server" signs now."""
        raise NotImplementedError

    def empty(self, argument=None):
        """empty - HelloRequest and ServerHelloDone."""
        return b""

    def chain(self):
        """chain - the server's certificates, DER, in the order they are sent."""
        names = self.scenario["certificate_chain"]
        if names is None:
            names = [self.scenario["certificate"]]
        return [self.pki.certificate(name) for name in names]

    def certificate(self, argument=None):
        """certificate - body of Certificate."""
        if self.version.tls >= TLS1_3:
            return b"\0" + vector24(b"".join(vector24(der) + b"\0\0" for der in self.chain()))
        return vector24(b"".join(vector24(der) for der in self.chain()))

    def certificate_status(self, argument=None):
        """certificate_status - body of CertificateStatus: ocsp, tryLater."""
        return b"\1" + vector24(OCSP_TRY_LATER)

    def server_key_exchange(self, argument=None):
        """server_key_exchange - body of ServerKeyExchange: ECDHE, signed unless anonymous; with a
        PSK an empty hint (RFC 4279, section 2)."""
        if self.suite.key_exchange == "psk":
            return vector16(b"")
        supported = self.client_hello.groups
        mine = self.groups()
        group = next((group for group in mine if not supported or group in supported), mine[0])
        self.ephemeral = ephemeral_key(group, self.random)
        parameters = b"\3" + uint16(group) + vector8(self.ephemeral.public)
        if self.suite.authentication == "anon":
            return parameters
        return parameters + self.signature(
            self.client_hello.random + self.server_random + parameters
        )

    def signature(self, data):
        """signature - a digitally-signed element: algorithm (from TLS 1.2 on) and signature."""
        if self.version.tls < TLS1_2:
            return vector16(sign(self.key, None, data))
        scheme = choose_scheme(
            self.key, self.version.tls, self.client_hello.signature_algorithms or ()
        )
        return uint16(scheme) + vector16(sign(self.key, scheme, data))

    def encrypted_extensions(self, argument=None):
        """encrypted_extensions - body of EncryptedExtensions."""
        own = self.layer.encrypted_extensions(self.client_hello)
        own += self.certificate_type_extension() + self.early_data_extension()
        return vector16(own + extensions_of(self.scenario["encrypted_extensions"]))

    def early_data_extension(self):
        """early_data_extension - none but where TLS 1.3 has accepted 0-RTT data."""
        return b""

    def take_early_data(self, data):
        """take_early_data - whether `data` from the client is 0-RTT data, which is kept then."""
        return False

    def certificate_type_extension(self):
        """certificate_type_extension - client_certificate_type, in answer to a client that offers
        the script's type (RFC 7250, section 4.2), which is agreed then."""
        wanted = self.scenario["client_certificate_type"]
        offered = self.client_hello.extension("client_certificate_type")
        if wanted is None or offered is None:
            return b""
        number = CERTIFICATE_KINDS[wanted]
        if number not in Reader(offered).vector(1):
            return b""
        self.client_certificate_type = number
        return extension(EXTENSIONS["client_certificate_type"], bytes((number,)))

    def certificate_verify(self, argument=None):
        """certificate_verify - body of the server's CertificateVerify."""
        return self.signature(self.signed_transcript("server"))

    def key_update(self, argument=None):
        """key_update - body of KeyUpdate: update_not_requested unless the script asks."""
        return b"\1" if argument == "update_requested" else b"\0"

    def certificate_request(self, changes=None):
        """certificate_request - body of CertificateRequest, counted and remembered."""
        script = dict(self.scenario["certificate_request"], **(changes or {}))
        body = build(self.pki, self.version.tls, script)
        self.count_request(body)
        return body

    def count_request(self, body):
        """count_request - notes a CertificateRequest that is about to be sent."""
        self.compression_algorithms = compression_algorithms_of(self.version.tls, body)
        observation = self.connection.observation
        names = observed_authorities(self.pki, authorities_of(self.version.tls, body))
        observation.requests_sent += 1
        observation.certificate_authorities = names
        if not self.complete:
            self.observed["requests_sent"] += 1
            self.observed["certificate_authorities"] = names

    # What the client answers.

    def take_certificates(self, certificates):
        """take_certificates - notes the client's certificates (DER, first the leaf)."""
        self.certificates = certificates
        self.observed["certificate_message"] = True
        self.observed["certificates"] = [
            self.pki.name_of_certificate(certificate) for certificate in certificates
        ]
        if not self.observed["requests_sent"]:
            raise Ending("protocol", "a Certificate that was not requested", "unexpected_message")

    def judge_signature(self, scheme, signature, data, certificates):
        """judge_signature - (verdict, name of the algorithm) of the client's CertificateVerify."""
        name = None if scheme is None else name_of(SIGNATURE_SCHEME_NAMES, scheme)
        if not certificates:
            return "invalid", name
        verdict = verify(certificates[0], self.version.tls, scheme, signature, data)
        return verdict, name

    def judge_client_flight(self):
        """judge_client_flight - ends the connection if the flight that has been read is no good, or
        if the script wants to refuse it."""
        observed = self.observed
        without = observed["resumed"] or observed["pre_shared_key"]
        requested = observed["requests_sent"] and not without
        if requested and self.scenario["require"] and not observed["certificates"]:
            modern = self.version.tls >= TLS1_3
            raise Ending(
                "no-certificate",
                "the client has sent no certificate",
                "certificate_required" if modern else "handshake_failure",
            )
        if requested and not observed["certificate_message"]:
            raise Ending("protocol", "no Certificate message", "unexpected_message")
        if observed["certificates"] and observed["certificate_verify"] is None:
            raise Ending("protocol", "no CertificateVerify message", "unexpected_message")
        if observed["certificate_verify"] == "invalid":
            raise Ending("protocol", "the CertificateVerify is not valid", "decrypt_error")
        if observed["finished"] == "invalid":
            raise Ending("protocol", "the Finished is not valid", "decrypt_error")
        reject = self.scenario["reject"]
        if reject is not None:
            raise Ending("rejected", f"the script says {reject}", reject)

    def new_secret_name(self, size):
        """new_secret_name - a session id or ticket that neither the client offers nor the store
        knows: connections may share a seed."""
        return self.connection.unused_name(self.random.bytes(size), self.client_hello.session_id)


# Message to the method that makes its body.
BODIES = {
    "HelloRequest": "empty",
    "HelloVerifyRequest": "hello_verify_request",
    "ServerHello": "server_hello",
    "EncryptedExtensions": "encrypted_extensions",
    "Certificate": "certificate",
    "CertificateStatus": "certificate_status",
    "ServerKeyExchange": "server_key_exchange",
    "CertificateRequest": "certificate_request",
    "ServerHelloDone": "empty",
    "CertificateVerify": "certificate_verify",
    "NewSessionTicket": "new_session_ticket",
    "Finished": "finished",
    "KeyUpdate": "key_update",
}
