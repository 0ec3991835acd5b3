"""The QUIC layer against packets made here, and against a libssl that has QUIC."""

import json
import os
import pathlib
import socket
import subprocess
import time

import pytest
from conftest import SERVERS

from certspec_servers import quic_packets as wire
from certspec_servers.datagrams import DatagramTransport
from certspec_servers.ending import Ending, Idle
from certspec_servers.names import VERSIONS
from certspec_servers.protection import BadRecord
from certspec_servers.quic_protection import TAG, initial_keys
from certspec_servers.quic_records import QuicRecords
from certspec_servers.randomness import SeededRandom
from certspec_servers.records import Alert

DESTINATION, SOURCE = b"\1\2\3\4\5\6\7\x08", b"client"
HELLO = b"\1\0\0\5hello"
CACHE = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser() / "certspec"
PROGRAMS = sorted(CACHE.glob("builds/openssl-*/harness/certspec"))


class Peer:
    """A client of Initial packets only, and the layer that serves it."""

    def __init__(self, **scenario):
        sockets = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(2)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        sockets[0].connect(sockets[1].getsockname())
        sockets[1].connect(sockets[0].getsockname())
        self.socket = sockets[0]
        self.socket.settimeout(10)
        self.keys = initial_keys(DESTINATION)
        self.number = 0
        self.log = []
        settings = {"fragment": {}, "retransmit": 5.0, "transport_parameters": [], **scenario}
        transport = DatagramTransport(sockets[1], time.monotonic() + 10)
        self.layer = QuicRecords(
            transport,
            VERSIONS["QUICv1"],
            SeededRandom(""),
            lambda *line: self.log.append(line),
            settings,
        )

    def packet(self, frames, number=None):
        """packet - a protected Initial packet with `frames`."""
        number = self.number if number is None else number
        self.number = max(self.number, number) + 1
        frames = frames.ljust(20, b"\0")
        header = wire.packet_header(0, DESTINATION, SOURCE, number, len(frames) + TAG)
        return self.keys.client.protect(header, number, frames)

    def send(self, *packets):
        """send - one datagram."""
        self.socket.send(b"".join(packets))

    def received(self):
        """received - (packet number, {frame type: bytes}) of the server's next datagram."""
        (packet,) = wire.split_datagram(self.socket.recv(2000))
        assert packet.destination == SOURCE
        number, payload = self.keys.server.unprotect(packet.data, packet.at, -1)
        reader = wire.QuicReader(payload)
        found = {}
        while reader.more():
            kind = reader.variable()
            if kind == wire.ACK:
                found[kind] = wire.acked_numbers(reader, False)
            elif kind == wire.CRYPTO:
                offset = reader.variable()
                found.setdefault(kind, []).append((offset, reader.behind_variable()))
            elif kind == wire.CLOSE:
                found[kind] = reader.variable()
                reader.variable()
                reader.behind_variable()
            else:
                assert kind == wire.PADDING
        return number, found

    def soon(self):
        """soon - a moment that is near."""
        return time.monotonic() + 0.05


@pytest.fixture
def peer():
    made = []

    def make(**scenario):
        made.append(Peer(**scenario))
        return made[-1]

    yield make
    for each in made:
        each.layer.transport.close()
        each.socket.close()


def test_client_hello_in_pieces_and_twice(peer):
    one = peer()
    last = one.packet(wire.crypto_frame(4, HELLO[4:]))
    one.send(last)
    one.send(last, one.packet(wire.crypto_frame(0, HELLO[:6])))
    message = one.layer.receive()
    assert (message.name, message.raw) == ("ClientHello", HELLO)
    one.layer.flush()
    acknowledged = set()
    while acknowledged != {0, 1}:
        acknowledged |= one.received()[1][wire.ACK]
    with pytest.raises(Idle):
        one.layer.receive(one.soon())


def test_an_initial_fills_its_datagram(peer):
    one = peer()
    one.send(one.packet(wire.crypto_frame(0, HELLO)))
    one.layer.receive()
    one.layer.send_handshake(2, b"server")
    one.layer.flush()
    datagram = one.socket.recv(2000)
    assert len(datagram) >= 1200


def test_what_is_not_acknowledged_comes_again(peer):
    one = peer(retransmit=0.02)
    one.send(one.packet(wire.crypto_frame(0, HELLO)))
    one.layer.receive()
    one.layer.send_handshake(2, b"server")
    with pytest.raises(Idle):
        one.layer.receive(time.monotonic() + 0.1)
    first, frames = one.received()
    second, again = one.received()
    assert second > first
    assert frames[wire.CRYPTO] == again[wire.CRYPTO] == [(0, b"\2\0\0\6server")]


def test_what_is_acknowledged_does_not(peer):
    """The timer stands still: a shorter one than the wait would send it again."""
    one = peer(retransmit=2.0)
    one.send(one.packet(wire.crypto_frame(0, HELLO)))
    one.layer.receive()
    one.layer.send_handshake(2, b"server")
    one.layer.flush()
    number, _ = one.received()
    one.send(one.packet(wire.ack_frame({number})))
    with pytest.raises(Idle):
        one.layer.receive(time.monotonic() + 2.5)
    one.socket.settimeout(0)
    with pytest.raises(BlockingIOError):
        one.socket.recv(2000)


def test_a_packet_well_before_an_acknowledged_one_is_lost(peer):
    one = peer(fragment={"record": 4, "segment": 200})
    one.send(one.packet(wire.crypto_frame(0, HELLO)))
    one.layer.receive()
    for _ in range(5):
        one.layer.send_handshake(2, b"server")
        one.layer.flush()
    numbers = [one.received()[0] for _ in range(5)]
    one.send(one.packet(wire.ack_frame({numbers[-1]})))
    with pytest.raises(Idle):
        one.layer.receive(one.soon())
    number, again = one.received()
    assert number > numbers[-1]
    assert again[wire.CRYPTO][0][0] == 0


@pytest.mark.parametrize(
    "frame, event",
    [
        (wire.close_frame(0x100 + 42), Alert(2, 42)),
        (wire.close_frame(0), Alert(1, 0)),
        (wire.close_frame(7, application=True, reason=b"bye"), Alert(1, 0)),
    ],
)
def test_connection_close_is_an_alert(peer, frame, event):
    one = peer()
    one.send(one.packet(frame))
    assert one.layer.receive() == event


def test_connection_close_with_a_transport_error(peer):
    one = peer()
    one.send(one.packet(wire.close_frame(0x0A, reason=b"why")))
    with pytest.raises(Ending) as ending:
        one.layer.receive()
    assert ending.value.end == "alert"
    assert "PROTOCOL_VIOLATION why" in ending.value.detail


def test_a_fatal_alert_is_connection_close(peer):
    one = peer()
    one.send(one.packet(wire.crypto_frame(0, HELLO)))
    one.layer.receive()
    one.layer.send_alert(2, 70)
    found = {}
    while wire.CLOSE not in found:
        _, found = one.received()
    assert found[wire.CLOSE] == 0x100 + 70


def test_what_does_not_open_is_dropped(peer):
    one = peer()
    good = one.packet(wire.crypto_frame(0, HELLO))
    one.send(good[:-1] + bytes((good[-1] ^ 1,)))
    one.send(b"\x40" + bytes(40))
    one.send(b"\xc0\0\0\0\2" + bytes(40))
    one.send(good)
    assert one.layer.receive().raw == HELLO
    assert any("dropped" in line[3] for line in one.log)


def test_an_empty_datagram_is_the_end(peer):
    one = peer()
    one.socket.send(b"")
    with pytest.raises(Ending) as ending:
        one.layer.receive()
    assert ending.value.end == "eof"


@pytest.mark.parametrize("frame", [b"\x21", b"\x02\x01\x00\x00\x05", b"\x06\x00\x40"])
def test_frames_that_make_no_sense(peer, frame):
    """An unknown type; an ACK below zero; a cut CRYPTO frame (at the packet's very end)."""
    one = peer()
    frames = bytes(20) + frame
    header = wire.packet_header(0, DESTINATION, SOURCE, 0, len(frames) + TAG)
    one.send(one.keys.client.protect(header, 0, frames))
    with pytest.raises(Exception) as problem:
        one.layer.receive()
    assert type(problem.value).__name__ in ("Ending", "DecodeError")


def test_other_keys_do_not_open(peer):
    one = peer()
    packet = one.packet(wire.crypto_frame(0, HELLO))
    (split,) = wire.split_datagram(packet)
    with pytest.raises(BadRecord):
        one.keys.server.unprotect(split.data, split.at, -1)


def libraries_with_quic():
    """libraries_with_quic - programs of the matrix whose library speaks QUIC."""
    found = []
    for program in PROGRAMS:
        line = program.parts[-3].removeprefix("openssl-").split(".")
        if tuple(map(int, line[:2])) >= (3, 2):
            found.append(program)
    return found


@pytest.mark.skipif(
    not libraries_with_quic(), reason=f"no libssl with QUIC in {CACHE}: run certspec matrix"
)
@pytest.mark.parametrize("program", libraries_with_quic(), ids=str)
def test_libssl(program, tmp_path):
    sources = (pathlib.Path(SERVERS).parent / "harness").glob("*.[ch]")
    if program.stat().st_mtime < max(source.stat().st_mtime for source in sources):
        pytest.skip(f"{program} is older than the harness: run certspec matrix")
    done = subprocess.run(
        [program, "run", "-p", "QUICv1", "-q", "-j", "1", "-o", tmp_path, "--cold"],
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    runs = json.loads((tmp_path / "results.json").read_text())["runs"]
    judged = [run for run in runs if run["verdict"] in ("pass", "pinned", "new")]
    assert judged
