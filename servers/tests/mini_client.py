"""mini_client - a small TLS 1.2 and 1.3 client that can be told to send wrong messages.

It is made of the server's own key schedule and records, which the foreign clients of the other
tests have checked. `mutate(name, body)` may change the body of each handshake message before it is
sent; the client itself goes on as if it had sent what it meant to.
"""

import time

from certspec_servers import key_schedule
from certspec_servers.encoding import (
    DecodeError,
    Reader,
    extension,
    uint16,
    uint16_list,
    vector8,
    vector16,
    vector24,
)
from certspec_servers.ending import Ending
from certspec_servers.key_exchange import ephemeral_key
from certspec_servers.names import (
    CIPHER_SUITES,
    EXTENSIONS,
    GROUPS,
    HANDSHAKE_TYPES,
    SIGNATURE_SCHEMES,
    VERSIONS,
)
from certspec_servers.randomness import SeededRandom
from certspec_servers.records import ChangeCipherSpec, HandshakeMessage, StreamRecords
from certspec_servers.signatures import sign
from certspec_servers.transport import StreamTransport

SCHEME = SIGNATURE_SCHEMES["ecdsa_secp256r1_sha256"]
GROUP = GROUPS["x25519"]


class MiniClient:
    """What both versions share."""

    def __init__(self, plain, version, suite, pki, certificate, mutate, seed):
        self.version = VERSIONS[version]
        self.suite = CIPHER_SUITES[suite]
        self.random = SeededRandom(f"client {seed}")
        self.layer = StreamRecords(
            StreamTransport(plain, time.monotonic() + 5),
            self.version,
            self.random,
            lambda *arguments: None,
            {},
        )
        self.pki = pki
        self.certificate = certificate
        self.mutate = mutate
        self.transcript = key_schedule.Transcript()
        self.client_random = self.random.bytes(32)
        self.messages = []

    def send(self, name, body):
        """send - a handshake message; the transcript has it as it was meant."""
        number = HANDSHAKE_TYPES[name]
        self.transcript.add(bytes((number,)) + vector24(body))
        self.layer.send_handshake(number, self.mutate(name, body))

    def receive(self):
        """receive - the next handshake message or ChangeCipherSpec, in the transcript."""
        while True:
            event = self.layer.receive()
            if isinstance(event, HandshakeMessage):
                self.messages.append(event.name)
                self.transcript.add(event.raw)
                return event
            if isinstance(event, ChangeCipherSpec) and self.version.wire < 0x0304:
                return event

    def hello(self, session_id, extensions):
        """hello - sends the ClientHello."""
        common = extension(EXTENSIONS["supported_groups"], vector16(uint16(GROUP)))
        common += extension(
            EXTENSIONS["signature_algorithms"],
            vector16(uint16_list([SCHEME, SIGNATURE_SCHEMES["rsa_pss_rsae_sha256"]])),
        )
        self.send(
            "ClientHello",
            b"\3\3"
            + self.client_random
            + vector8(session_id)
            + vector16(uint16(self.suite.number))
            + b"\1\0"
            + vector16(common + extensions),
        )

    def signature(self, data):
        """signature - the body of a CertificateVerify over `data`."""
        key = self.pki.key(self.certificate)
        return uint16(SCHEME) + vector16(sign(key, SCHEME, data))

    def run(self):
        """run - the handshake, then until the server closes; never raises for what the server
        makes of wrong messages."""
        try:
            self.handshake()
            while True:
                self.layer.receive()
        except (Ending, DecodeError, KeyError, AssertionError):
            pass


class MiniClient12(MiniClient):
    """TLS 1.2, ECDHE."""

    def handshake(self):
        """handshake - a full one."""
        self.hello(b"", b"")
        hello = Reader(self.receive().body)
        hello.take(2)
        server_random = hello.take(32)
        requested = False
        while True:
            message = self.receive()
            if message.name == "ServerKeyExchange":
                parameters = Reader(message.body)
                parameters.take(3)
                point = parameters.vector(1)
            requested |= message.name == "CertificateRequest"
            if message.name == "ServerHelloDone":
                break

        if requested:
            der = self.pki.certificate(self.certificate)
            self.send("Certificate", vector24(vector24(der)))
        key = ephemeral_key(GROUP, self.random)
        self.send("ClientKeyExchange", vector8(key.public))
        randoms = self.client_random + server_random
        master = key_schedule.master_secret(0x0303, self.suite.prf, key.shared(point), randoms)
        keys = key_schedule.key_block(0x0303, self.suite, master, self.client_random, server_random)
        if requested:
            self.send("CertificateVerify", self.signature(self.transcript.messages()))
        self.layer.send_change_cipher_spec()
        self.layer.write_keys(self.suite, keys[0], False)
        self.send(
            "Finished",
            key_schedule.verify_data(0x0303, self.suite.prf, master, b"client", self.transcript),
        )
        assert isinstance(self.receive(), ChangeCipherSpec)
        self.layer.read_keys(self.suite, keys[1], False)
        expected = key_schedule.verify_data(
            0x0303, self.suite.prf, master, b"server", self.transcript
        )
        assert self.receive().body == expected


class MiniClient13(MiniClient):
    """TLS 1.3."""

    def handshake(self):
        """handshake - one without a PSK."""
        key = ephemeral_key(GROUP, self.random)
        share = uint16(GROUP) + vector16(key.public)
        self.hello(
            self.random.bytes(32),
            extension(EXTENSIONS["supported_versions"], vector8(uint16(0x0304)))
            + extension(EXTENSIONS["key_share"], vector16(share)),
        )
        hello = Reader(self.receive().body)
        hello.take(34)
        hello.vector(1)
        hello.take(3)
        extensions = Reader(hello.vector(2))
        found = {}
        while extensions.more():
            number = extensions.number(2)
            found[number] = extensions.vector(2)
        keys = key_schedule.KeySchedule(self.suite.prf)
        point = Reader(found[EXTENSIONS["key_share"]][2:]).vector(2)
        keys.shared_secret(key.shared(point), self.transcript.digest(self.suite.prf))
        self.layer.write_secret("handshake", self.suite, keys.client_handshake)
        self.layer.read_secret("handshake", self.suite, keys.server_handshake)
        requested = False
        while True:
            before = self.transcript.digest(self.suite.prf)
            message = self.receive()
            requested |= message.name == "CertificateRequest"
            if message.name == "Finished":
                break
        assert message.body == keys.finished(keys.server_handshake, before)
        keys.server_finished(self.transcript.digest(self.suite.prf))
        if requested:
            entry = vector24(self.pki.certificate(self.certificate)) + b"\0\0"
            self.send("Certificate", b"\0" + vector24(entry))
            signed = b" " * 64 + b"TLS 1.3, client CertificateVerify\0"
            self.send(
                "CertificateVerify",
                self.signature(signed + self.transcript.digest(self.suite.prf)),
            )
        digest = self.transcript.digest(self.suite.prf)
        self.send("Finished", keys.finished(keys.client_handshake, digest))
        self.layer.write_secret("application", self.suite, keys.client_application)
        self.layer.read_secret("application", self.suite, keys.server_application)


CLIENTS = {
    "TLSv1.2": (MiniClient12, "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"),
    "TLSv1.3": (MiniClient13, "TLS_AES_128_GCM_SHA256"),
}


def mini_client(version, pki, certificate="ecdsa-leaf", mutate=lambda name, body: body, seed=0):
    """mini_client - a function (socket) that plays the client of Player.play."""
    client_class, suite = CLIENTS[version]

    def client(plain):
        client_class(plain, version, suite, pki, certificate, mutate, seed).run()

    return client
