"""handshake_dtls - the handshake of DTLS 1.0 and 1.2: that of TLS 1.1 and 1.2, after an exchange of
cookies (RFC 6347, section 4.2.1)."""

import weakref

from .encoding import uint16, vector8
from .ending import Ending
from .handshake_tls12 import HandshakeTls12
from .names import DTLS1_0

COOKIE_LENGTH = 20


class HandshakeDtls(HandshakeTls12):
    """One handshake of DTLS."""

    def __init__(self, connection, kind):
        super().__init__(connection, kind)
        self.kind = kind
        self.cookie = b""
        # The latest message that was read as a ClientHello, and what it is.
        self.latest_hello = (None, None)
        # Weakly: this handshake knows the layer, and a cycle would outlive the connection.
        is_next = weakref.WeakMethod(self.change_cipher_spec_is_next)
        self.layer.change_cipher_spec_is_next = lambda: is_next()()

    def begin(self, hello):
        """begin - the exchange of cookies first; a renegotiation needs none."""
        hello = hello or self.expect("ClientHello")
        if self.kind == "initial" and self.scenario["hello_verify_request"]:
            hello = self.verify_hello(hello)
        super().begin(hello)

    def read_client_hello(self, message):
        """read_client_hello - verify_hello has read the one that the handshake goes on with."""
        if self.latest_hello[0] is not message:
            self.latest_hello = (message, super().read_client_hello(message))
        return self.latest_hello[1]

    def verify_hello(self, hello):
        """verify_hello - HelloVerifyRequest, and the ClientHello that brings the cookie back. Both
        and the first ClientHello are in no transcript."""
        if self.read_client_hello(hello).cookie:
            raise Ending("protocol", "a cookie that nobody gave out", "illegal_parameter")
        self.send("HelloVerifyRequest")
        hello = self.expect("ClientHello")
        if self.read_client_hello(hello).cookie != self.cookie:
            raise Ending("protocol", "the cookie is not ours", "illegal_parameter")
        return hello

    def hello_verify_request(self, argument=None):
        """hello_verify_request - body of HelloVerifyRequest: its version is always DTLS 1.0."""
        self.cookie = self.random.bytes(COOKIE_LENGTH)
        return uint16(DTLS1_0) + vector8(self.cookie)

    def change_cipher_spec_is_next(self):
        """change_cipher_spec_is_next - whether all messages that stand before the client's
        ChangeCipherSpec have been read: one that overtook them has to wait."""
        if not self.client_keys:
            return False
        return not self.certificates or self.observed["certificate_verify"] is not None


