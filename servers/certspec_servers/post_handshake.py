"""post_handshake - what comes after a TLS 1.3 handshake: KeyUpdate and post-handshake
authentication (RFC 8446, section 4.6)."""

from . import client_messages
from .ending import Ending
from .names import HANDSHAKE_TYPES
from .records import HandshakeMessage


class PostHandshake:
    """The part of HandshakeTls13 that works once its `complete` is set."""

    def __init__(self, connection, kind):
        super().__init__(connection, kind)
        self.requests_made = 0
        # certificate_request_context to the CertificateRequests that wait for an answer.
        self.unanswered = {}

    def send(self, name, argument=None):
        """send - also knows that a CertificateRequest is another thing after the handshake."""
        if name == "CertificateRequest" and self.complete:
            self.request_certificate(argument or {})
        else:
            super().send(name, argument)

    def request_certificate(self, changes):
        """request_certificate - sends a CertificateRequest. Its context is a number of our own, as
        each has to be unique on its connection, unless `changes` has one."""
        self.requests_made += 1
        changes = dict({"context": f"{self.requests_made:08x}"}, **changes)
        body = self.certificate_request(changes)
        raw = self.send_message(HANDSHAKE_TYPES["CertificateRequest"], body, "CertificateRequest")
        context = bytes.fromhex(changes["context"])
        self.unanswered.setdefault(context, []).append(raw)

    def take_post_handshake(self, message):
        """take_post_handshake - a handshake message after the handshake."""
        if message.name == "KeyUpdate":
            self.take_key_update(message)
        elif message.name in ("Certificate", "CompressedCertificate"):
            self.take_answer(message)
        else:
            raise Ending("protocol", f"{message.name} after the handshake", "unexpected_message")

    def take_key_update(self, message):
        """take_key_update - section 4.6.3."""
        if message.body not in (b"\0", b"\1"):
            raise Ending("decode", "a KeyUpdate that is none", "illegal_parameter")
        keys = self.keys
        keys.client_application = keys.next_generation(keys.client_application)
        self.layer.read_secret("application", self.suite, keys.client_application)
        if message.body == b"\1":
            self.send("KeyUpdate")

    def take_answer(self, certificate):
        """take_answer - Certificate, CertificateVerify and Finished that answer a request. The
        transcript is the handshake's, the request, and these (section 4.4)."""
        context, certificates = self.read_certificates(certificate)
        requests = self.unanswered.get(context)
        answer = {
            "context": context.hex(),
            "known_context": bool(requests),
            "certificates": [self.pki.name_of_certificate(der) for der in certificates],
            "certificate_verify": None,
            "certificate_verify_algorithm": None,
            "finished": None,
            "between": [],
        }
        self.connection.observation.post_handshake.append(answer)
        transcript = self.transcript.copy()
        transcript.add(requests.pop(0) if requests else b"")
        transcript.add(certificate.raw)
        while answer["finished"] is None:
            event = self.connection.receive()
            if not isinstance(event, HandshakeMessage):
                answer["between"].append(type(event).__name__)
                self.connection.end_on_close_notify(event)
            elif event.name == "CertificateVerify":
                self.take_answer_verify(event, certificates, transcript, answer)
            elif event.name == "Finished":
                expected = self.keys.finished(
                    self.keys.client_application, transcript.digest(self.suite.prf)
                )
                answer["finished"] = "valid" if event.body == expected else "invalid"
            else:
                answer["between"].append(event.name)
        self.judge_answer(answer)

    def take_answer_verify(self, message, certificates, transcript, answer):
        """take_answer_verify - its CertificateVerify."""
        scheme, signature = client_messages.certificate_verify(message.body, True)
        signed = self.signed_digest("client", transcript.digest(self.suite.prf))
        answer["certificate_verify"], answer["certificate_verify_algorithm"] = self.judge_signature(
            scheme, signature, signed, certificates
        )
        transcript.add(message.raw)

    def judge_answer(self, answer):
        """judge_answer - ends the connection if the answer is no good."""
        if not answer["known_context"]:
            raise Ending("protocol", "an answer that nobody asked for", "unexpected_message")
        if answer["certificates"] and answer["certificate_verify"] is None:
            raise Ending("protocol", "no CertificateVerify message", "unexpected_message")
        if "invalid" in (answer["certificate_verify"], answer["finished"]):
            raise Ending("protocol", "an answer that is not valid", "decrypt_error")
        if self.scenario["require"] and not answer["certificates"]:
            raise Ending(
                "no-certificate", "the client has sent no certificate", "certificate_required"
            )
