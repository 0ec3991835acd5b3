"""key_schedule - from shared secrets to keys: the PRF of TLS 1.0 to 1.2 and HKDF of TLS 1.3.

Sources: RFC 2246, RFC 4346 and RFC 5246, sections 5, 6.3 and 8.1; RFC 7627; RFC 8446, section 7.
"""

import hashlib
import hmac
from functools import lru_cache

from .names import TLS1_2

HASH_LENGTHS = {"md5": 16, "sha1": 20, "sha256": 32, "sha384": 48, "sha512": 64}
MASTER_SECRET_LENGTH = 48
VERIFY_DATA_LENGTH = 12


def p_hash(hash_name, secret, seed, length):
    """p_hash - P_hash of RFC 5246, section 5: `length` bytes."""
    out = b""
    chain = seed
    while len(out) < length:
        chain = hmac.digest(secret, chain, hash_name)
        out += hmac.digest(secret, chain + seed, hash_name)
    return out[:length]


def prf(version, hash_name, secret, label, seed, length):
    """prf - the PRF of the TLS version number `version` (below TLS 1.2: MD5 xor SHA-1)."""
    seed = label + seed
    if version >= TLS1_2:
        return p_hash(hash_name, secret, seed, length)

    half = (len(secret) + 1) // 2
    left = p_hash("md5", secret[:half], seed, length)
    right = p_hash("sha1", secret[len(secret) - half :], seed, length)
    mixed = int.from_bytes(left, "big") ^ int.from_bytes(right, "big")
    return mixed.to_bytes(length, "big")


def handshake_hash(version, hash_name, transcript):
    """handshake_hash - Hash(handshake_messages) up to TLS 1.2 (below 1.2: MD5 and SHA-1)."""
    if version >= TLS1_2:
        return transcript.digest(hash_name)
    return transcript.digest("md5") + transcript.digest("sha1")


def master_secret(version, hash_name, pre_master_secret, randoms, session_hash=None):
    """master_secret - the 48 bytes. `randoms`: client's then server's. With `session_hash` the
    extended master secret (RFC 7627, section 4)."""
    if session_hash is None:
        label, seed = b"master secret", randoms
    else:
        label, seed = b"extended master secret", session_hash
    return prf(version, hash_name, pre_master_secret, label, seed, MASTER_SECRET_LENGTH)


def key_block(version, suite, master, client_random, server_random):
    """key_block - the keys of RFC 5246, section 6.3: two tuples (mac_key, key, iv), the client's
    and the server's, for the names.CipherSuite `suite`."""
    mac_length = HASH_LENGTHS[suite.mac] if suite.mac else 0
    iv_length = {"cbc": 16, "gcm": 4, "chacha20": 12}[suite.cipher]
    lengths = [mac_length] * 2 + [suite.key_length] * 2 + [iv_length] * 2
    block = prf(
        version, suite.prf, master, b"key expansion", server_random + client_random, sum(lengths)
    )
    parts = []
    at = 0
    for length in lengths:
        parts.append(block[at : at + length])
        at += length
    return tuple(parts[0::2]), tuple(parts[1::2])


def verify_data(version, hash_name, master, sender, transcript):
    """verify_data - the body of Finished up to TLS 1.2; `sender` is b"client" or b"server"."""
    digest = handshake_hash(version, hash_name, transcript)
    return prf(version, hash_name, master, sender + b" finished", digest, VERIFY_DATA_LENGTH)


def hkdf_extract(hash_name, salt, key_material):
    """hkdf_extract - HKDF-Extract (RFC 5869); an empty argument stands for a string of zeros."""
    zeros = bytes(HASH_LENGTHS[hash_name])
    return hmac.digest(salt or zeros, key_material or zeros, hash_name)


@lru_cache(maxsize=256)
def _hkdf_label(label, context, length):
    """_hkdf_label - the HkdfLabel structure (RFC 8446, section 7.1)."""
    full = b"tls13 " + label
    return b"".join(
        (length.to_bytes(2, "big"), bytes((len(full),)), full, bytes((len(context),)), context)
    )


def hkdf_expand_label(hash_name, secret, label, context, length):
    """hkdf_expand_label - HKDF-Expand-Label (RFC 8446, section 7.1): `length` bytes."""
    info = _hkdf_label(label, context, length)
    block = hmac.digest(secret, info + b"\1", hash_name)
    out = block
    counter = 2
    while len(out) < length:
        block = hmac.digest(secret, block + info + bytes((counter,)), hash_name)
        out += block
        counter += 1
    return out[:length]


@lru_cache(maxsize=None)
def empty_hash(hash_name):
    """empty_hash - the hash of no message at all."""
    return hashlib.new(hash_name).digest()


@lru_cache(maxsize=16)
def _early_secret(hash_name, psk):
    """_early_secret - Early Secret, and the salt "derived" from it."""
    early = hkdf_extract(hash_name, b"", psk)
    salt = hkdf_expand_label(
        hash_name, early, b"derived", empty_hash(hash_name), HASH_LENGTHS[hash_name]
    )
    return early, salt


class KeySchedule:
    """The secrets of one TLS 1.3 handshake (RFC 8446, section 7.1), filled in as it goes on.

    Attributes are None until known: client_early (traffic secret of 0-RTT data), client_handshake,
    server_handshake (traffic secrets), master, client_application, server_application (traffic
    secrets, moved on by KeyUpdate).
    """

    def __init__(self, hash_name, psk=b""):
        self.hash_name = hash_name
        self.length = HASH_LENGTHS[hash_name]
        self.early, self._salt = _early_secret(hash_name, psk)
        self.client_early = None
        self.client_handshake = self.server_handshake = self.master = None
        self.client_application = self.server_application = None
        self._whole = None

    def expand(self, secret, label, context=b""):
        """expand - HKDF-Expand-Label to one hash length."""
        return hkdf_expand_label(self.hash_name, secret, label, context, self.length)

    def client_hello(self, transcript_hash):
        """client_hello - takes the hash of the ClientHello: client_early_traffic_secret."""
        self.client_early = self.expand(self.early, b"c e traffic", transcript_hash)

    def shared_secret(self, shared, transcript_hash):
        """shared_secret - takes the (EC)DHE secret, b"" if there is none, and the hash from
        ClientHello to ServerHello: the handshake traffic secrets and the Master Secret."""
        handshake = hkdf_extract(self.hash_name, self._salt, shared)
        self.client_handshake = self.expand(handshake, b"c hs traffic", transcript_hash)
        self.server_handshake = self.expand(handshake, b"s hs traffic", transcript_hash)
        salt = self.expand(handshake, b"derived", empty_hash(self.hash_name))
        self.master = hkdf_extract(self.hash_name, salt, b"")

    def server_finished(self, transcript_hash):
        """server_finished - takes the hash up to the server's Finished: application secrets."""
        self.client_application = self.expand(self.master, b"c ap traffic", transcript_hash)
        self.server_application = self.expand(self.master, b"s ap traffic", transcript_hash)

    def client_finished(self, transcript_hash):
        """client_finished - takes the hash up to the client's Finished."""
        self._whole = transcript_hash

    @property
    def resumption(self):
        """resumption - resumption_master_secret, None before the client's Finished."""
        if self._whole is None:
            return None
        return self.expand(self.master, b"res master", self._whole)

    def finished(self, secret, transcript_hash):
        """finished - the verify_data of a Finished under a traffic secret (section 4.4.4)."""
        key = self.expand(secret, b"finished")
        return hmac.digest(key, transcript_hash, self.hash_name)

    def next_generation(self, secret):
        """next_generation - the application traffic secret after a KeyUpdate (section 7.2)."""
        return self.expand(secret, b"traffic upd")

    def ticket_psk(self, nonce):
        """ticket_psk - the PSK of the NewSessionTicket with this ticket_nonce (section 4.6.1)."""
        return self.expand(self.resumption, b"resumption", nonce)

    def binder(self, truncated_hash, external=False):
        """binder - the PskBinderEntry of a resumption PSK, or of an `external` one, over the hash
        of the transcript that ends before the binders (section 4.2.11.2)."""
        label = b"ext binder" if external else b"res binder"
        key = self.expand(self.early, label, empty_hash(self.hash_name))
        return self.finished(key, truncated_hash)


class Transcript:
    """The handshake messages so far, and their running hashes.

    A hash is kept for each algorithm that is asked for, so that a long handshake is not hashed
    from its start again and again.
    """

    def __init__(self, messages=b""):
        self._messages = bytearray(messages)
        self._hashes = {}

    def add(self, message):
        """add - appends one message with its header."""
        self._messages += message

    def digest(self, hash_name):
        """digest - the hash of all messages so far."""
        running = self._hashes.get(hash_name)
        if running is None:
            state, hashed = hashlib.new(hash_name), 0
        else:
            state, hashed = running
        if hashed < len(self._messages):
            state.update(memoryview(self._messages)[hashed:])
            self._hashes[hash_name] = (state, len(self._messages))
        return state.digest()

    def messages(self):
        """messages - all messages so far, as bytes."""
        return bytes(self._messages)

    def become_message_hash(self, hash_name):
        """become_message_hash - replaces the first ClientHello by message_hash, as a
        HelloRetryRequest asks for (RFC 8446, section 4.4.1)."""
        digest = self.digest(hash_name)
        self._messages = bytearray(b"\xfe\0\0" + bytes((len(digest),)) + digest)
        self._hashes = {}

    def copy(self):
        """copy - an independent transcript with the same messages."""
        return Transcript(self._messages)
