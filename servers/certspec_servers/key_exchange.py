"""key_exchange - ephemeral (EC)DH keys and the RSA key exchange."""

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, x448, x25519

from .names import GROUPS
from .randomness import SeededRandom

_CURVES = {
    GROUPS["secp256r1"]: ec.SECP256R1(),
    GROUPS["secp384r1"]: ec.SECP384R1(),
    GROUPS["secp521r1"]: ec.SECP521R1(),
}
_MONTGOMERY = {
    GROUPS["x25519"]: (x25519.X25519PrivateKey, x25519.X25519PublicKey, 32),
    GROUPS["x448"]: (x448.X448PrivateKey, x448.X448PublicKey, 56),
}
POOL_SIZE = 8


class BadShare(Exception):
    """The client's share is no point of the group, or its secret does not decrypt."""


class EphemeralKey:
    """One key of a group: `public` to send, `shared` to agree. `random`: SeededRandom."""

    def __init__(self, group, random):
        self.group = group
        if group in _MONTGOMERY:
            private, _, size = _MONTGOMERY[group]
            self._key = private.from_private_bytes(random.bytes(size))
            self.public = self._key.public_key().public_bytes(
                serialization.Encoding.Raw, serialization.PublicFormat.Raw
            )
        else:
            # 28 bytes are below the order of every curve here.
            scalar = int.from_bytes(random.bytes(28), "big") + 1
            self._key = ec.derive_private_key(scalar, _CURVES[group])
            self.public = self._key.public_key().public_bytes(
                serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
            )

    def shared(self, public):
        """shared - the shared secret with the client's key; BadShare if that is none."""
        try:
            if self.group in _MONTGOMERY:
                peer = _MONTGOMERY[self.group][1].from_public_bytes(public)
                return self._key.exchange(peer)
            peer = ec.EllipticCurvePublicKey.from_encoded_point(_CURVES[self.group], public)
            return self._key.exchange(ec.ECDH(), peer)
        except ValueError as error:
            raise BadShare(str(error) or "a share that is no point") from None


_pool = {}


def ephemeral_key(group, random):
    """ephemeral_key - a key of the group number, chosen by `random` among POOL_SIZE.

    WARNING: keys are used again. Making one costs libcrypto more than the rest of a handshake, and
    a test peer has nothing to keep secret.
    """
    chosen = (group, random.number(POOL_SIZE))
    key = _pool.get(chosen)
    if key is None:
        key = _pool[chosen] = EphemeralKey(group, SeededRandom(f"ephemeral key {chosen}"))
    return key


def decrypt_pre_master_secret(key, encrypted):
    """decrypt_pre_master_secret - the RSA key exchange's 48 bytes; BadShare if they are not."""
    try:
        secret = key.decrypt(encrypted, padding.PKCS1v15())
    except ValueError:
        raise BadShare("a pre-master secret that does not decrypt") from None
    if len(secret) != 48:
        raise BadShare(f"a pre-master secret of {len(secret)} bytes")
    return secret
