"""Packet protection against RFC 9001, appendix A; numbers against RFC 9000, appendix A."""

import pytest

from certspec_servers import quic_packets as wire
from certspec_servers.protection import BadRecord
from certspec_servers.quic_protection import PacketKeys, full_number, initial_keys

DESTINATION = bytes.fromhex("8394c8f03e515708")
SERVER_HEADER = bytes.fromhex("c1000000010008f067a5502a4262b50040750001")
SERVER_PAYLOAD = bytes.fromhex(
    "02000000000600405a020000560303eefce7f7b37ba1d1632e96677825ddf739"
    "88cfc79825df566dc5430b9a045a1200130100002e00330024001d00209d3c94"
    "0d89690b84d08a60993c144eca684d1081287c834d5311bcf32bb9da1a002b00"
    "020304"
)
SERVER_PACKET = bytes.fromhex(
    "cf000000010008f067a5502a4262b5004075c0d95a482cd0991cd25b0aac406a"
    "5816b6394100f37a1c69797554780bb38cc5a99f5ede4cf73c3ec2493a1839b3"
    "dbcba3f6ea46c5b7684df3548e7ddeb9c3bf9c73cc3f3bded74b562bfb19fb84"
    "022f8ef4cdd93795d77d06edbb7aaf2f58891850abbdca3d20398c276456cbc4"
    "2158407dd074ee"
)
CHACHA_SECRET = bytes.fromhex("9ac312a7f877468ebe69422748ad00a15443f18203a07d6060f688f30f21632b")
CHACHA_PACKET = bytes.fromhex("4cfe4189655e5cd55c41f69080575d7999c25a5bfb")
CHACHA_NUMBER = 654360564


def test_mask_of_the_clients_initial():
    sample = bytes.fromhex("d1b1c98dd7689fb8ec11d242b123dc9b")
    assert initial_keys(DESTINATION).client.mask(sample).hex() == "437b9aec36"


def test_servers_initial():
    keys = initial_keys(DESTINATION).server
    assert keys.protect(SERVER_HEADER, 1, SERVER_PAYLOAD) == SERVER_PACKET
    (packet,) = wire.split_datagram(SERVER_PACKET)
    assert packet.level == wire.INITIAL
    assert packet.source.hex() == "f067a5502a4262b5"
    assert keys.unprotect(packet.data, packet.at, -1) == (1, SERVER_PAYLOAD)


def test_short_header_with_chacha20():
    keys = PacketKeys("sha256", "chacha20", 32, CHACHA_SECRET)
    assert keys.protect(bytes.fromhex("4200bff4"), CHACHA_NUMBER, b"\1") == CHACHA_PACKET
    assert keys.unprotect(CHACHA_PACKET, 1, CHACHA_NUMBER - 1) == (CHACHA_NUMBER, b"\1")


@pytest.mark.parametrize("at", [0, 18, 40, len(SERVER_PACKET) - 1])
def test_a_changed_packet_does_not_open(at):
    changed = bytearray(SERVER_PACKET)
    changed[at] ^= 1
    with pytest.raises(BadRecord):
        initial_keys(DESTINATION).server.unprotect(bytes(changed), 18, -1)


def test_a_packet_without_a_sample_does_not_open():
    with pytest.raises(BadRecord):
        initial_keys(DESTINATION).server.unprotect(SERVER_PACKET[:30], 18, -1)


@pytest.mark.parametrize(
    "number, encoded",
    [
        (151288809941952652, "c2197c5eff14e88c"),
        (494878333, "9d7f3e7d"),
        (15293, "7bbd"),
        (37, "25"),
        (63, "3f"),
        (64, "4040"),
        (16384, "80004000"),
        (1 << 30, "c000000040000000"),
    ],
)
def test_variable_length_integers(number, encoded):
    assert wire.variable(number).hex() == encoded
    reader = wire.QuicReader(bytes.fromhex(encoded))
    assert reader.variable() == number
    assert not reader.more()


def test_packet_numbers_come_back_whole():
    assert full_number(0x9B32, 16, 0xA82F30EA) == 0xA82F9B32
    assert full_number(0, 8, 255) == 256
    assert full_number(255, 8, 256) == 255
    assert full_number(7, 32, -1) == 7


@pytest.mark.parametrize("numbers", [{0}, {3, 4, 5}, {0, 2, 3, 9}, {1, 5, 6, 7, 100}])
def test_ack_frames_read_back(numbers):
    reader = wire.QuicReader(wire.ack_frame(numbers))
    assert reader.variable() == wire.ACK
    assert wire.acked_numbers(reader, False) == numbers
    assert not reader.more()


def test_bytes_in_any_order():
    stream = wire.ByteStream()
    stream.add(3, b"def")
    assert stream.take() == b""
    stream.add(0, b"ab")
    assert stream.take() == b"ab"
    stream.add(1, b"bcd")
    stream.add(0, b"abc")
    assert stream.take() == b"cdef"
    stream.add(4, b"ef")
    assert stream.take() == b""
    stream.add(4, b"efgh")
    assert stream.take() == b"gh"
