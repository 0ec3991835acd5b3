"""protection - record protection: one object seals or opens the records of one direction.

`seal(content_type, version, sequence, plaintext)` gives (outer content type, fragment);
`open(content_type, version, sequence, fragment)` gives (content type, plaintext) or raises
BadRecord. `sequence` is the 64-bit record number (in DTLS with the epoch in its upper 16 bits).
Sources: RFC 5246, section 6.2.3; RFC 5288; RFC 7366; RFC 7905; RFC 8446, section 5.2.
"""

import hmac
import struct

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, ChaCha20Poly1305

from .key_schedule import HASH_LENGTHS, hkdf_expand_label
from .names import TLS1_1

BLOCK = 16
TAG = 16


class BadRecord(Exception):
    """A record that does not open: bad_record_mac."""


class Plaintext:
    """No protection yet."""

    protects = False

    def seal(self, content_type, version, sequence, plaintext):
        """seal - the plaintext itself."""
        return content_type, plaintext

    def open(self, content_type, version, sequence, fragment):
        """open - the fragment itself."""
        return content_type, fragment


class Cbc:
    """AES in CBC mode with HMAC; an explicit IV from TLS 1.1 on, encrypt_then_mac if agreed."""

    protects = True

    def __init__(self, version, mac_name, keys, random, encrypt_then_mac=False):
        """`version`: TLS version number; `keys`: (mac_key, key, iv); `random`: SeededRandom."""
        self._explicit = version >= TLS1_1
        self._mac_name = mac_name
        self._mac_key, key, self._iv = keys
        self._aes = algorithms.AES(key)
        self._random = random
        self._etm = encrypt_then_mac
        self._mac_length = HASH_LENGTHS[mac_name]

    def _mac(self, content_type, version, sequence, data):
        header = struct.pack(">QBHH", sequence, content_type, version, len(data))
        return hmac.digest(self._mac_key, header + data, self._mac_name)

    def seal(self, content_type, version, sequence, plaintext):
        """seal - MAC, padding, encryption (or encryption, MAC)."""
        if not self._etm:
            plaintext += self._mac(content_type, version, sequence, plaintext)
        padding = BLOCK - 1 - len(plaintext) % BLOCK
        plaintext += bytes((padding,)) * (padding + 1)
        iv = self._random.bytes(BLOCK) if self._explicit else self._iv
        encryptor = Cipher(self._aes, modes.CBC(iv)).encryptor()
        ciphertext = encryptor.update(plaintext) + encryptor.finalize()
        self._iv = ciphertext[-BLOCK:]
        fragment = iv + ciphertext if self._explicit else ciphertext
        if self._etm:
            fragment += self._mac(content_type, version, sequence, fragment)
        return content_type, fragment

    def open(self, content_type, version, sequence, fragment):
        """open - the inverse; all of the padding is checked."""
        if self._etm:
            fragment, mac = fragment[: -self._mac_length], fragment[-self._mac_length :]
            if mac != self._mac(content_type, version, sequence, fragment):
                raise BadRecord("wrong MAC")
        iv, ciphertext = self._iv, fragment
        if self._explicit:
            iv, ciphertext = fragment[:BLOCK], fragment[BLOCK:]
        if not ciphertext or len(ciphertext) % BLOCK:
            raise BadRecord("no whole number of blocks")

        decryptor = Cipher(self._aes, modes.CBC(iv)).decryptor()
        plaintext = decryptor.update(ciphertext) + decryptor.finalize()
        self._iv = ciphertext[-BLOCK:]
        padding = plaintext[-1] + 1
        if len(plaintext) < padding or plaintext[-padding:] != plaintext[-1:] * padding:
            raise BadRecord("wrong padding")

        plaintext = plaintext[:-padding]
        if self._etm:
            return content_type, plaintext

        if len(plaintext) < self._mac_length:
            raise BadRecord("no room for a MAC")
        plaintext, mac = plaintext[: -self._mac_length], plaintext[-self._mac_length :]
        if mac != self._mac(content_type, version, sequence, plaintext):
            raise BadRecord("wrong MAC")
        return content_type, plaintext


class Aead:
    """AEAD ciphers of TLS 1.2: GCM with an explicit nonce, ChaCha20-Poly1305 without."""

    protects = True

    def __init__(self, cipher, keys):
        """`cipher`: "gcm" or "chacha20"; `keys`: (b"", key, iv)."""
        _, key, self._iv = keys
        self._explicit = cipher == "gcm"
        self._aead = AESGCM(key) if self._explicit else ChaCha20Poly1305(key)

    def _nonce(self, sequence):
        return (int.from_bytes(self._iv, "big") ^ sequence).to_bytes(12, "big")

    def seal(self, content_type, version, sequence, plaintext):
        """seal - encryption; the additional data is sequence, type, version, length."""
        header = struct.pack(">QBHH", sequence, content_type, version, len(plaintext))
        if not self._explicit:
            return content_type, self._aead.encrypt(self._nonce(sequence), plaintext, header)
        explicit = sequence.to_bytes(8, "big")
        return content_type, explicit + self._aead.encrypt(self._iv + explicit, plaintext, header)

    def open(self, content_type, version, sequence, fragment):
        """open - the inverse."""
        if self._explicit:
            nonce, fragment = self._iv + fragment[:8], fragment[8:]
        else:
            nonce = self._nonce(sequence)
        if len(fragment) < TAG or len(nonce) < 12:
            raise BadRecord("shorter than a tag")

        header = struct.pack(">QBHH", sequence, content_type, version, len(fragment) - TAG)
        try:
            return content_type, self._aead.decrypt(nonce, fragment, header)
        except InvalidTag:
            raise BadRecord("wrong tag") from None


class Aead13:
    """TLS 1.3: the content type is inside, outside is application_data."""

    protects = True

    def __init__(self, suite, secret):
        """`suite`: names.CipherSuite; `secret`: a traffic secret."""
        self._suite = suite
        self._secret = secret
        self._aead = None
        self._iv = 0

    def _derive(self):
        """_derive - key and IV at first use: many a secret never carries a record."""
        suite, secret = self._suite, self._secret
        key = hkdf_expand_label(suite.prf, secret, b"key", b"", suite.key_length)
        iv = hkdf_expand_label(suite.prf, secret, b"iv", b"", 12)
        self._iv = int.from_bytes(iv, "big")
        self._aead = AESGCM(key) if suite.cipher == "gcm" else ChaCha20Poly1305(key)

    def seal(self, content_type, version, sequence, plaintext):
        """seal - encryption without padding."""
        if self._aead is None:
            self._derive()
        header = b"\x17\3\3" + (len(plaintext) + 1 + TAG & 0xFFFF).to_bytes(2, "big")
        nonce = (self._iv ^ sequence).to_bytes(12, "big")
        return 23, self._aead.encrypt(nonce, plaintext + bytes((content_type,)), header)

    def open(self, content_type, version, sequence, fragment):
        """open - the inverse; padding is taken off."""
        if len(fragment) < TAG:
            raise BadRecord("shorter than a tag")

        if self._aead is None:
            self._derive()
        header = struct.pack(">BHH", content_type, version, len(fragment))
        nonce = (self._iv ^ sequence).to_bytes(12, "big")
        try:
            inner = self._aead.decrypt(nonce, fragment, header).rstrip(b"\0")
        except InvalidTag:
            raise BadRecord("wrong tag") from None
        if not inner:
            raise BadRecord("no content type")
        return inner[-1], inner[:-1]


def protection_of_key_block(version, suite, keys, random, encrypt_then_mac):
    """protection_of_key_block - what `suite` has up to TLS 1.2, under (mac_key, key, iv)."""
    if suite.cipher == "cbc":
        return Cbc(version, suite.mac, keys, random, encrypt_then_mac)
    return Aead(suite.cipher, keys)
