"""certificate_request - the CertificateRequest a script asks for, and what one that was sent says.

Sources: RFC 5246, section 7.4.4; RFC 8446, sections 4.2.4 and 4.3.2.
"""

from functools import lru_cache

from . import distinguished_names
from .encoding import (
    DecodeError,
    Reader,
    extension,
    extensions_of,
    uint16_list,
    vector8,
    vector16,
)
from .names import CERTIFICATE_TYPES, EXTENSIONS, SIGNATURE_SCHEMES, TLS1_2, TLS1_3

DEFAULT_CERTIFICATE_TYPES = ("rsa_sign", "ecdsa_sign")
DEFAULT_SIGNATURE_ALGORITHMS = (
    "ecdsa_secp256r1_sha256",
    "rsa_pss_rsae_sha256",
    "rsa_pss_pss_sha256",
    "rsa_pkcs1_sha256",
    "ed25519",
    "ed448",
    "ecdsa_secp384r1_sha384",
    "ecdsa_secp521r1_sha512",
    "rsa_pss_rsae_sha384",
    "rsa_pss_rsae_sha512",
    "rsa_pss_pss_sha384",
    "rsa_pss_pss_sha512",
    "rsa_pkcs1_sha384",
    "rsa_pkcs1_sha512",
    "ecdsa_sha1",
    "rsa_pkcs1_sha1",
)


def _numbers(table, values):
    """_numbers - names or numbers as numbers."""
    return [table[value] if isinstance(value, str) else value for value in values]


@lru_cache(maxsize=16)
def _generated(count):
    """_generated - the DistinguishedNames CN=CA 0001 to CN=CA `count`, each behind its length."""
    return b"".join(
        vector16(distinguished_names.common_name(f"CA {number:04d}"))
        for number in range(1, count + 1)
    )


def _authority(pki, item):
    """_authority - one item of the script's list: DistinguishedNames with their lengths."""
    if isinstance(item, str):
        return vector16(pki.subject(item))
    if "generate" in item:
        return _generated(item["generate"])
    return vector16(bytes.fromhex(item["der"]))


def _authorities(pki, script):
    """_authorities - the list with its length, or None where the script wants none."""
    raw = script.get("certificate_authorities_raw")
    length = None
    if isinstance(raw, dict):
        inside, length = pki.ca_lists.list(raw["ca_list"])
    elif raw is not None:
        inside = bytes.fromhex(raw)
    elif script.get("certificate_authorities") is not None:
        inside = b"".join(_authority(pki, item) for item in script["certificate_authorities"])
    elif "certificate_authorities_length" in script:
        inside = b""
    else:
        return None

    length = script.get("certificate_authorities_length", len(inside) if length is None else length)
    return (length & 0xFFFF).to_bytes(2, "big") + inside


def build(pki, version, script):
    """build - the body of the message for the TLS version number `version`, as the object
    `certificate_request` of a checked scenario wants it."""
    if "body" in script:
        return bytes.fromhex(script["body"])

    schemes = script.get("signature_algorithms", DEFAULT_SIGNATURE_ALGORITHMS)
    if schemes is not None:
        schemes = vector16(uint16_list(_numbers(SIGNATURE_SCHEMES, schemes)))
    authorities = _authorities(pki, script)
    if version < TLS1_3:
        types = script.get("certificate_types", DEFAULT_CERTIFICATE_TYPES)
        body = vector8(bytes(_numbers(CERTIFICATE_TYPES, types)))
        if version >= TLS1_2 and schemes is not None:
            body += schemes
        return body + (authorities if authorities is not None else b"\0\0")

    context = vector8(bytes.fromhex(script.get("context", "")))
    if "only_extensions" in script:
        return context + vector16(extensions_of(script["only_extensions"]))

    extensions = b""
    if schemes is not None:
        extensions += extension(EXTENSIONS["signature_algorithms"], schemes)
    if authorities is not None:
        extensions += extension(EXTENSIONS["certificate_authorities"], authorities)
    return context + vector16(extensions + extensions_of(script.get("extensions", [])))


def authorities_of(version, body):
    """authorities_of - the list of authorities (length and all) in the body of a
    CertificateRequest, or None if it has none or cannot be read so far."""
    reader = Reader(body)
    try:
        reader.vector(1)
        if version < TLS1_3:
            if version >= TLS1_2:
                reader.vector(2)
            return body[reader.at :]
        extensions = Reader(reader.vector(2))
        while extensions.more():
            number, contents = extensions.number(2), extensions.vector(2)
            if number == EXTENSIONS["certificate_authorities"]:
                return contents
    except DecodeError:
        pass
    return None


def compression_algorithms_of(version, body):
    """compression_algorithms_of - the numbers in the compress_certificate extension (RFC 8879,
    section 3) of a CertificateRequest; none where there is no such extension, or where it cannot be
    read."""
    if version < TLS1_3:
        return ()
    reader = Reader(body)
    try:
        reader.vector(1)
        extensions = Reader(reader.vector(2))
        while extensions.more():
            number, contents = extensions.number(2), extensions.vector(2)
            if number == EXTENSIONS["compress_certificate"]:
                listed = Reader(contents).vector(1)
                return tuple(Reader(vector16(listed)).uint16s())
    except DecodeError:
        pass
    return ()


@lru_cache(maxsize=64)
def observed_authorities(pki, authorities):
    """observed_authorities - the observation's `certificate_authorities` for what `authorities_of`
    gave: names, or None where there is no list or its framing cannot be read."""
    if authorities is None:
        return None
    try:
        outer = Reader(authorities)
        names = Reader(outer.vector(2))
        outer.finish()
        return [pki.name_of_subject(name) for name in names.vectors()]
    except DecodeError:
        return None
