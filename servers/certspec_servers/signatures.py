"""signatures - CertificateVerify and ServerKeyExchange signatures, made and checked.

Sources: RFC 5246, sections 4.7 and 7.4.8; RFC 8422; RFC 8446, sections 4.2.3 and 4.4.3.
"""

import hashlib
from functools import lru_cache

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import (
    dsa,
    ec,
    ed448,
    ed25519,
    padding,
    rsa,
)
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed

from . import distinguished_names
from .client_messages import RawPublicKey
from .names import SIGNATURE_SCHEMES, TLS1_2, TLS1_3

RSASSA_PSS = "1.2.840.113549.1.1.10"


class MD5SHA1(hashes.HashAlgorithm):
    """The concatenation of MD5 and SHA-1 that TLS 1.0 and 1.1 sign with RSA, without a DigestInfo
    (RFC 4346, section 4.7). libcrypto knows it by this name."""

    name = "md5-sha1"
    digest_size = 36
    block_size = 64


_HASHES = {
    "md5": hashes.MD5(),
    "sha1": hashes.SHA1(),
    "sha224": hashes.SHA224(),
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
    "md5-sha1": MD5SHA1(),
}
_CURVES = {
    "ecdsa_secp256r1_sha256": "secp256r1",
    "ecdsa_secp384r1_sha384": "secp384r1",
    "ecdsa_secp521r1_sha512": "secp521r1",
    "ecdsa_brainpoolP256r1tls13_sha256": "brainpoolP256r1",
    "ecdsa_brainpoolP384r1tls13_sha384": "brainpoolP384r1",
    "ecdsa_brainpoolP512r1tls13_sha512": "brainpoolP512r1",
}


def _digest(hash_name, data):
    """_digest - the hash of `data`: hashlib's takes a fraction of what cryptography's takes."""
    if hash_name == MD5SHA1.name:
        return hashlib.md5(data).digest() + hashlib.sha1(data).digest()
    return hashlib.new(hash_name, data).digest()


class _Scheme:
    """What a SignatureScheme stands for: what is signed, and the arguments of sign() and verify()
    after it."""

    def __init__(self, kind, hash_name, curve=None):
        """`kind`: "rsa_pss_rsae", "rsa_pss_pss", "rsa_pkcs1", "ecdsa", "dsa", "ed25519", …;
        `hash_name`: None where the kind has its own; `curve`: what TLS 1.3 binds it to."""
        self.kind = kind
        self.curve = curve
        self._hash_name = hash_name
        if hash_name is None:
            self.arguments = ()
            return

        algorithm = _HASHES[hash_name]
        hashed = Prehashed(algorithm)
        if kind.startswith("rsa_pss"):
            salt = algorithm.digest_size
            self.arguments = (padding.PSS(padding.MGF1(algorithm), salt), hashed)
        elif kind == "rsa_pkcs1":
            self.arguments = (padding.PKCS1v15(), hashed)
        elif kind == "ecdsa":
            self.arguments = (ec.ECDSA(hashed),)
        else:
            self.arguments = (hashed,)

    def sign(self, key, data):
        """sign - a signature of `data`."""
        return key.sign(self._signed(data), *self.arguments)

    def verify(self, key, signature, data):
        """verify - InvalidSignature where it is not one of `data`."""
        key.verify(signature, self._signed(data), *self.arguments)

    def _signed(self, data):
        return data if self._hash_name is None else _digest(self._hash_name, data)


def _scheme(name):
    """_scheme - the _Scheme of an IANA name."""
    if name in ("ed25519", "ed448"):
        return _Scheme(name, None)
    kind, _, hash_name = name.rpartition("_")
    if kind.startswith("ecdsa"):
        kind = "ecdsa"
    return _Scheme(kind, hash_name, _CURVES.get(name))


_SCHEMES = {
    number: _scheme(name)
    for name, number in SIGNATURE_SCHEMES.items()
    if name != "sm2sig_sm3" and not name.startswith("mldsa")
}
# What TLS 1.0 and 1.1 sign with, by the kind of the key.
_LEGACY_SCHEMES = {
    "rsa": _Scheme("rsa_pkcs1", MD5SHA1.name),
    "ecdsa": _Scheme("ecdsa", "sha1"),
    "dsa": _Scheme("dsa", "sha1"),
}

# What the server signs with, by preference, for each kind of key.
_RSA_PREFERENCE = (0x0804, 0x0401, 0x0805, 0x0501, 0x0806, 0x0601, 0x0201)
_ECDSA_PREFERENCE = (0x0403, 0x0503, 0x0603, 0x0203)
_CURVE_SCHEMES = {"secp256r1": 0x0403, "secp384r1": 0x0503, "secp521r1": 0x0603}
_KINDS = {
    "rsa": (rsa.RSAPublicKey, rsa.RSAPrivateKey),
    "ecdsa": (ec.EllipticCurvePublicKey, ec.EllipticCurvePrivateKey),
    "ed25519": (ed25519.Ed25519PublicKey, ed25519.Ed25519PrivateKey),
    "ed448": (ed448.Ed448PublicKey, ed448.Ed448PrivateKey),
    "dsa": (dsa.DSAPublicKey,),
}


def kind_of(key):
    """kind_of - the kind of a private or public key: "rsa", "ecdsa", "ed25519", "ed448", "dsa"."""
    return _kind_of_class(type(key))


@lru_cache(maxsize=None)
def _kind_of_class(key_class):
    """_kind_of_class - the same by the class: to ask abstract classes is slow."""
    for kind, classes in _KINDS.items():
        if issubclass(key_class, classes):
            return kind
    return key_class.__name__


def choose_scheme(key, version, offered):
    """choose_scheme - the SignatureScheme number to sign with under the TLS version number
    `version`, out of the client's signature_algorithms `offered` (may be empty); the first that
    suits the key if the client offers none of them."""
    kind = kind_of(key)
    if kind in ("ed25519", "ed448"):
        return SIGNATURE_SCHEMES[kind]
    if kind == "ecdsa":
        own = _CURVE_SCHEMES.get(key.curve.name, 0x0403)
        candidates = (own,) if version >= TLS1_3 else (own,) + _ECDSA_PREFERENCE
    else:
        candidates = [
            scheme for scheme in _RSA_PREFERENCE if version < TLS1_3 or scheme >> 8 == 0x08
        ]
    return next((scheme for scheme in candidates if scheme in offered), candidates[0])


def sign(key, scheme, data):
    """sign - a signature by the SignatureScheme number, or, where it is None, as TLS 1.0 and 1.1
    sign: RSA over MD5 and SHA-1, ECDSA over SHA-1."""
    if scheme is not None:
        return _SCHEMES[scheme].sign(key, data)
    legacy = _LEGACY_SCHEMES.get(kind_of(key))
    return legacy.sign(key, data) if legacy else key.sign(data)


@lru_cache(maxsize=256)
def _public_key(certificate):
    """_public_key - (public key, whether it is bound to RSASSA-PSS) of a DER certificate or a
    RawPublicKey."""
    try:
        if isinstance(certificate, RawPublicKey):
            info, key = certificate, serialization.load_der_public_key(bytes(certificate))
        else:
            info = distinguished_names.public_key_info(certificate)
            key = x509.load_der_x509_certificate(certificate).public_key()
        return key, distinguished_names.key_algorithm(info) == RSASSA_PSS
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return None, False


def _suits(scheme, key, pss_only, version):
    """_suits - whether a key may be used with a scheme in that version at all."""
    kind = kind_of(key)
    if kind == "rsa":
        if scheme.kind == "rsa_pkcs1":
            return version < TLS1_3 and not pss_only
        return scheme.kind == ("rsa_pss_pss" if pss_only else "rsa_pss_rsae")
    if kind == "ecdsa":
        bound = version >= TLS1_3
        return scheme.kind == "ecdsa" and (not bound or scheme.curve == key.curve.name)
    return scheme.kind == kind and (kind != "dsa" or version < TLS1_3)


def verify(certificate, version, scheme, signature, data):
    """verify - "valid", "invalid", or "unknown" (nothing here can check that algorithm).

    `certificate`: DER; `version`: TLS version number; `scheme`: SignatureScheme number, None below
    TLS 1.2; `data`: what should have been signed.
    """
    key, pss_only = _public_key(certificate)
    if key is None:
        return "unknown"

    if version < TLS1_2:
        known = _LEGACY_SCHEMES.get(kind_of(key))
    else:
        known = _SCHEMES.get(scheme)
    if known is None:
        return "unknown"
    if version >= TLS1_2 and not _suits(known, key, pss_only, version):
        return "invalid"

    try:
        known.verify(key, signature, data)
        return "valid"
    except InvalidSignature:
        return "invalid"
    except UnsupportedAlgorithm:
        return "unknown"
    except ValueError:
        # cryptography refuses some lengths (an RSA key too short for the hash) this way.
        return "invalid"
