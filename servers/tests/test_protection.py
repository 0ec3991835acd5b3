"""Records sealed and opened again, and every flipped bit noticed."""

import pytest
from certspec_servers.key_schedule import key_block
from certspec_servers.names import CIPHER_SUITES
from certspec_servers.protection import (
    Aead13,
    BadRecord,
    Plaintext,
    protection_of_key_block,
)
from certspec_servers.randomness import SeededRandom

CASES = [
    (version, name, etm)
    for name, suite in CIPHER_SUITES.items()
    if suite.key_exchange
    for version in range(suite.lowest, suite.highest + 1)
    for etm in ([False, True] if suite.cipher == "cbc" else [False])
]


def pair(version, name, etm):
    """Two ends of one direction."""
    suite = CIPHER_SUITES[name]
    keys, _ = key_block(version, suite, b"m" * 48, b"c" * 32, b"s" * 32)
    return [
        protection_of_key_block(version, suite, keys, SeededRandom("iv"), etm) for _ in range(2)
    ]


@pytest.mark.parametrize("version, name, etm", CASES)
def test_records_up_to_tls_1_2(version, name, etm):
    sealing, opening = pair(version, name, etm)
    for sequence, plaintext in enumerate([b"", b"x", b"y" * 15, b"z" * 16, b"w" * 1000]):
        content_type, fragment = sealing.seal(22, 0x0303, sequence, plaintext)
        assert opening.open(content_type, 0x0303, sequence, fragment) == (22, plaintext)


@pytest.mark.parametrize("version, name, etm", CASES)
def test_any_flipped_bit_is_a_bad_record(version, name, etm):
    _, fragment = pair(version, name, etm)[0].seal(22, 0x0303, 5, b"some handshake message")
    for position in range(len(fragment)):
        broken = bytearray(fragment)
        broken[position] ^= 1
        with pytest.raises(BadRecord):
            pair(version, name, etm)[1].open(22, 0x0303, 5, bytes(broken))
    for length in range(len(fragment)):
        with pytest.raises(BadRecord):
            pair(version, name, etm)[1].open(22, 0x0303, 5, fragment[:length])


@pytest.mark.parametrize("name", [n for n, s in CIPHER_SUITES.items() if not s.key_exchange])
def test_records_of_tls_1_3(name):
    suite = CIPHER_SUITES[name]
    sealing, opening = (Aead13(suite, b"s" * 32) for _ in range(2))
    for sequence, plaintext in enumerate([b"", b"x", b"w" * 1000]):
        outer, fragment = sealing.seal(22, 0x0303, sequence, plaintext)
        assert outer == 23
        assert opening.open(outer, 0x0303, sequence, fragment) == (22, plaintext)
    with pytest.raises(BadRecord):
        opening.open(23, 0x0303, 7, fragment)
    with pytest.raises(BadRecord):
        opening.open(23, 0x0303, 2, fragment[:-1])


def test_a_record_of_padding_alone_is_bad():
    # RFC 8446, section 5.4: a record without a content type is an error.
    suite = CIPHER_SUITES["TLS_AES_128_GCM_SHA256"]
    sealing = Aead13(suite, b"s" * 32)
    _, fragment = sealing.seal(0, 0x0303, 0, bytes(16))
    with pytest.raises(BadRecord):
        Aead13(suite, b"s" * 32).open(23, 0x0303, 0, fragment)


def test_plaintext_is_left_alone():
    assert Plaintext().seal(22, 0x0301, 0, b"x") == (22, b"x") == Plaintext().open(22, 0, 0, b"x")
