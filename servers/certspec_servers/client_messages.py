"""client_messages - the client's handshake messages, read. Every fault is a DecodeError."""

import zlib
from functools import lru_cache

from .encoding import DecodeError, Reader
from .ending import Ending
from .names import (
    CIPHER_SUITE_NAMES,
    EXTENSION_NAMES,
    EXTENSIONS,
    SIGNATURE_SCHEME_NAMES,
    VERSION_NAMES,
    name_of,
)


# CertificateCompressionAlgorithm (RFC 8879, section 7.3).
ZLIB = 1


@lru_cache(maxsize=64)
def _pairs(data):
    """_pairs - `data` in pieces of two bytes."""
    return [data[i : i + 2] for i in range(0, len(data), 2)]


@lru_cache(maxsize=256)
def _cipher_suite_names(numbers):
    return [name_of(CIPHER_SUITE_NAMES, number) for number in numbers]


@lru_cache(maxsize=256)
def _extension_names(numbers):
    return [name_of(EXTENSION_NAMES, number) for number in numbers]


@lru_cache(maxsize=256)
def _scheme_names(numbers):
    return None if numbers is None else [name_of(SIGNATURE_SCHEME_NAMES, n) for n in numbers]


class ClientHello:
    """A ClientHello (RFC 5246, section 7.4.1.2; RFC 6347, section 4.2.1): `version`, `random`,
    `session_id`, `cookie` (DTLS), `cipher_suites`, `extensions` {number: body}."""

    def __init__(self, body, datagram=False):
        reader = Reader(body)
        self.version = reader.number(2)
        self.random = reader.take(32)
        self.session_id = reader.vector(1)
        if len(self.session_id) > 32:
            raise DecodeError(f"a session id of {len(self.session_id)} bytes")
        self.cookie = reader.vector(1) if datagram else b""
        self.cipher_suites = reader.uint16s()
        reader.vector(1)
        self.extensions = dict(Reader(reader.vector(2)).entries()) if reader.more() else {}
        reader.finish()
        self.signature_algorithms = self._numbers("signature_algorithms")
        self.groups = self._numbers("supported_groups") or ()

    def extension(self, name):
        """extension - the body of the extension of that IANA name, or None."""
        return self.extensions.get(EXTENSIONS[name])

    def _numbers(self, name):
        """_numbers - an extension that is a list of 16-bit numbers, or None."""
        body = self.extension(name)
        return None if body is None else Reader(body).uint16s()

    def offers_version(self, version):
        """offers_version - whether names.Version `version` may be chosen."""
        offered = self.extension("supported_versions")
        if version.tls >= 0x0304:
            if offered is None:
                return False
            numbers = Reader(offered).vector(1)
            return version.wire.to_bytes(2, "big") in _pairs(numbers)
        # DTLS counts downwards.
        return self.version <= version.wire if version.datagram else self.version >= version.wire

    def key_shares(self):
        """key_shares - {group number: public key} (RFC 8446, section 4.2.8)."""
        body = self.extension("key_share")
        return {} if body is None else dict(Reader(Reader(body).vector(2)).entries())

    def pre_shared_keys(self):
        """pre_shared_keys - ([identity, …], [binder, …], bytes from the binders' list to the end of
        the message), RFC 8446, section 4.2.11."""
        body = self.extension("pre_shared_key")
        reader = Reader(body)
        identities, binders = [], []
        listed = Reader(reader.vector(2))
        while listed.more():
            identities.append(listed.vector(2))
            listed.number(4)
        tail = len(body) - reader.at
        listed = Reader(reader.vector(2))
        while listed.more():
            binders.append(listed.vector(1))
        if len(identities) != len(binders):
            raise DecodeError("as many binders as identities are wanted")
        return identities, binders, tail

    def observed(self):
        """observed - the observation's `client_hello`."""
        return {
            "version": name_of(VERSION_NAMES, self.version),
            "cipher_suites": _cipher_suite_names(self.cipher_suites),
            "extensions": _extension_names(tuple(self.extensions)),
            "signature_algorithms": _scheme_names(self.signature_algorithms),
            "post_handshake_auth": EXTENSIONS["post_handshake_auth"] in self.extensions,
            "session_id_length": len(self.session_id),
        }


class RawPublicKey(bytes):
    """A SubjectPublicKeyInfo, DER, in the place of a certificate (RFC 7250)."""


def raw_public_key(body):
    """raw_public_key - the keys of a Certificate message up to TLS 1.2 with a raw public key: one,
    or none (RFC 7250, section 3)."""
    reader = Reader(body)
    info = reader.vector(3)
    reader.finish()
    return [RawPublicKey(info)] if info else []


def decompressed(body, algorithms):
    """decompressed - the body of the Certificate inside a CompressedCertificate (RFC 8879, section
    4); `algorithms`: the numbers that were offered for it."""
    reader = Reader(body)
    algorithm = reader.number(2)
    length = reader.number(3)
    data = reader.vector(3)
    reader.finish()
    if algorithm not in algorithms:
        raise Ending("protocol", "compressed as nobody offered", "illegal_parameter")
    if algorithm != ZLIB:
        raise Ending("protocol", "compressed as nobody here can undo", "bad_certificate")
    unpacker = zlib.decompressobj()
    try:
        # No more than it says, whatever is in it.
        plain = unpacker.decompress(data, length + 1)
    except zlib.error as error:
        raise Ending("protocol", f"decompression: {error}", "bad_certificate") from None
    if len(plain) != length or not unpacker.eof or unpacker.unused_data:
        raise Ending("protocol", "decompression gives another length", "bad_certificate")
    return plain


def certificate_list(body):
    """certificate_list - the DER certificates of a Certificate message up to TLS 1.2."""
    outer = Reader(body)
    reader = Reader(outer.vector(3))
    outer.finish()
    certificates = []
    while reader.more():
        certificates.append(reader.vector(3))
    return certificates


def certificate13(body):
    """certificate13 - (certificate_request_context, [DER, …]) of a TLS 1.3 Certificate message;
    the entries' extensions are read over (RFC 8446, section 4.4.2)."""
    outer = Reader(body)
    context = outer.vector(1)
    reader = Reader(outer.vector(3))
    outer.finish()
    certificates = []
    while reader.more():
        certificates.append(reader.vector(3))
        reader.vector(2)
    return context, certificates


def certificate_verify(body, has_algorithm):
    """certificate_verify - (SignatureScheme number or None, signature)."""
    reader = Reader(body)
    scheme = reader.number(2) if has_algorithm else None
    signature = reader.vector(2)
    reader.finish()
    return scheme, signature
