"""quic_protection - packet and header protection of QUIC v1 (RFC 9001, section 5)."""

from typing import NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, ChaCha20Poly1305

from .key_schedule import hkdf_expand_label, hkdf_extract
from .protection import BadRecord

# Section 5.2.
INITIAL_SALT = bytes.fromhex("38762cf7f55934b34d179ae6a4c80cadccbb7f0a")
SAMPLE = 16
TAG = 16


class PacketKeys:
    """The keys of one direction at one encryption level."""

    def __init__(self, prf, cipher, key_length, secret):
        """`prf`: hash name; `cipher`: "gcm" or "chacha20"; `secret`: a traffic secret."""
        key = hkdf_expand_label(prf, secret, b"quic key", b"", key_length)
        self._iv = int.from_bytes(hkdf_expand_label(prf, secret, b"quic iv", b"", 12), "big")
        self._hp = hkdf_expand_label(prf, secret, b"quic hp", b"", key_length)
        self._chacha = cipher == "chacha20"
        self._aead = ChaCha20Poly1305(key) if self._chacha else AESGCM(key)

    def mask(self, sample):
        """mask - the 5 bytes over the header (sections 5.4.3 and 5.4.4)."""
        if self._chacha:
            return Cipher(algorithms.ChaCha20(self._hp, sample), None).encryptor().update(bytes(5))
        # One block of AES in ECB mode is the mask, as the RFC has it: nothing is encrypted by it.
        return Cipher(algorithms.AES(self._hp), modes.ECB()).encryptor().update(sample)[:5]

    def _nonce(self, number):
        return (self._iv ^ number).to_bytes(12, "big")

    def protect(self, header, number, payload):
        """protect - a whole packet. `header` ends with the packet number `number`, as long as its
        first byte says; there must be a sample behind it (section 5.4.2)."""
        length = (header[0] & 3) + 1
        sealed = self._aead.encrypt(self._nonce(number), payload, header)
        sample = (header[-length:] + sealed)[4 : 4 + SAMPLE]
        mask = self.mask(sample)
        protected = bytearray(header)
        protected[0] ^= mask[0] & (0x0F if header[0] & 0x80 else 0x1F)
        for i in range(length):
            protected[len(header) - length + i] ^= mask[1 + i]
        return bytes(protected) + sealed

    def unprotect(self, packet, at, largest):
        """unprotect - (packet number, payload) of a packet whose number stands at `at`; `largest`:
        the highest number that has come so far, or -1. BadRecord if it does not open."""
        if len(packet) < at + 4 + SAMPLE:
            raise BadRecord("no room for a sample")
        mask = self.mask(packet[at + 4 : at + 4 + SAMPLE])
        header = bytearray(packet[: at + 4])
        header[0] ^= mask[0] & (0x0F if header[0] & 0x80 else 0x1F)
        length = (header[0] & 3) + 1
        for i in range(length):
            header[at + i] ^= mask[1 + i]
        header = bytes(header[: at + length])
        number = full_number(int.from_bytes(header[at:], "big"), 8 * length, largest)
        try:
            payload = self._aead.decrypt(self._nonce(number), packet[at + length :], header)
        except InvalidTag:
            raise BadRecord("wrong tag") from None
        return number, payload


def full_number(truncated, bits, largest):
    """full_number - the packet number nearest to `largest` + 1 (RFC 9000, appendix A.3)."""
    expected, window = largest + 1, 1 << bits
    candidate = expected & ~(window - 1) | truncated
    if candidate <= expected - window // 2 and candidate < (1 << 62) - window:
        return candidate + window
    if candidate > expected + window // 2 and candidate >= window:
        return candidate - window
    return candidate


class InitialKeys(NamedTuple):
    """The keys of Initial packets."""

    client: PacketKeys
    server: PacketKeys


def initial_keys(connection_id):
    """initial_keys - from the Destination Connection ID of the client's first packet (section
    5.2)."""
    initial = hkdf_extract("sha256", INITIAL_SALT, connection_id)
    return InitialKeys(
        *(
            PacketKeys("sha256", "gcm", 16, hkdf_expand_label("sha256", initial, label, b"", 32))
            for label in (b"client in", b"server in")
        )
    )


def keys_of_secret(suite, secret):
    """keys_of_secret - of a traffic secret of the names.CipherSuite `suite`."""
    return PacketKeys(suite.prf, suite.cipher, suite.key_length, secret)
