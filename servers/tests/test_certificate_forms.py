"""Certificates in other forms: compressed (RFC 8879) and as raw public keys (RFC 7250)."""

import zlib

import pytest
from certspec_servers import client_messages, distinguished_names
from certspec_servers.certificate_request import build, compression_algorithms_of
from certspec_servers.client_messages import RawPublicKey, decompressed, raw_public_key
from certspec_servers.encoding import DecodeError, uint16, vector24
from certspec_servers.ending import Ending
from certspec_servers.names import SIGNATURE_SCHEMES, TLS1_2, TLS1_3
from certspec_servers.signatures import choose_scheme, sign, verify

PLAIN = b"\0" + vector24(b"")


def compressed(data, algorithm=1, length=None):
    """compressed - the body of a CompressedCertificate."""
    size = len(PLAIN) if length is None else length
    return uint16(algorithm) + size.to_bytes(3, "big") + vector24(data)


def test_decompressed():
    assert decompressed(compressed(zlib.compress(PLAIN)), (1,)) == PLAIN
    assert decompressed(compressed(zlib.compress(PLAIN, 0)), (2, 1)) == PLAIN


@pytest.mark.parametrize("body, offered, alert", [
    (compressed(zlib.compress(PLAIN)), (), "illegal_parameter"),
    (compressed(zlib.compress(PLAIN)), (2, 3), "illegal_parameter"),
    (compressed(zlib.compress(PLAIN), algorithm=2), (1, 2), "bad_certificate"),
    (compressed(zlib.compress(PLAIN), length=len(PLAIN) + 1), (1,), "bad_certificate"),
    (compressed(zlib.compress(PLAIN), length=len(PLAIN) - 1), (1,), "bad_certificate"),
    (compressed(zlib.compress(PLAIN) + b"x"), (1,), "bad_certificate"),
    (compressed(zlib.compress(PLAIN)[:-1]), (1,), "bad_certificate"),
    (compressed(zlib.compress(bytes(10_000_000))), (1,), "bad_certificate"),
    (compressed(PLAIN), (1,), "bad_certificate"),
    (compressed(b""), (1,), "bad_certificate"),
])
def test_what_cannot_be_decompressed(body, offered, alert):
    with pytest.raises(Ending) as caught:
        decompressed(body, offered)
    assert caught.value.end == "protocol"
    assert caught.value.alert == alert


def test_a_malformed_compressed_certificate():
    with pytest.raises(DecodeError):
        decompressed(compressed(zlib.compress(PLAIN)) + b"x", (1,))


@pytest.mark.parametrize("extensions, algorithms", [
    ([], ()),
    ([[27, "020001"]], (1,)),
    ([[0x1234, ""], [27, "0400030001"]], (3, 1)),
    ([[27, "0100"]], ()),
    ([[27, "ff"]], ()),
])
def test_offered_algorithms(pki, extensions, algorithms):
    body = build(pki, TLS1_3, {"extensions": extensions})
    assert compression_algorithms_of(TLS1_3, body) == algorithms
    assert compression_algorithms_of(TLS1_2, body) == ()


def info_of(pki, name):
    return distinguished_names.public_key_info(pki.certificate(name))


def test_a_raw_public_key(pki):
    info = info_of(pki, "ecdsa-leaf")
    [key] = raw_public_key(vector24(info))
    assert isinstance(key, RawPublicKey)
    assert pki.name_of_certificate(key) == "ecdsa-leaf:public"
    assert pki.name_of_certificate(RawPublicKey(info[:-1])).startswith("sha256:")
    assert pki.name_of_certificate(pki.certificate("ecdsa-leaf")) == "ecdsa-leaf"
    assert raw_public_key(vector24(b"")) == []
    with pytest.raises(DecodeError):
        client_messages.raw_public_key(vector24(info) + b"x")


@pytest.mark.parametrize("version", [TLS1_2, TLS1_3])
@pytest.mark.parametrize("name", ["ecdsa-leaf", "rsa-leaf", "ed25519-leaf", "p384-leaf"])
def test_a_signature_by_a_raw_public_key(pki, name, version):
    key = pki.key(name)
    scheme = choose_scheme(key, version, (0x0403, 0x0503, 0x0804, 0x0807))
    signature = sign(key, scheme, b"signed")
    raw = RawPublicKey(info_of(pki, name))
    assert verify(raw, version, scheme, signature, b"signed") == "valid"
    assert verify(raw, version, scheme, signature, b"other") == "invalid"
    assert verify(RawPublicKey(b"none"), version, scheme, signature, b"signed") == "unknown"


def test_a_signature_that_nobody_here_can_check_is_unknown(pki):
    certificate = pki.certificate("mldsa65-leaf")
    assert verify(certificate, TLS1_3, SIGNATURE_SCHEMES["mldsa65"], b"signature", b"data") == (
        "unknown"
    )
    assert pki.name_of_certificate(certificate) == "mldsa65-leaf"
